def terminal(f):
    import json
    return json.dumps(f, indent=0)[:6000]
def write(*a): pass
