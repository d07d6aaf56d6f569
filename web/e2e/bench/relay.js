// Started by the agent as its pinentry: connects the agent with the person of the test (`person.js`).
// Usage: relay.js SOCKET

import { connect } from "node:net";

const person = connect(process.argv[2]);
process.stdin.pipe(person).pipe(process.stdout);
person.on("close", () => process.exit(0));
person.on("error", () => process.exit(1));
