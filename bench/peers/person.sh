#!/bin/bash
# The person at the computer, in the place of pinentry: answers at once with the line of the file `secret` beside this
# program, and adds to `asked` when the prompt was started and when it was answered (seconds since 1970), so that the bench
# can tell the prompt from the rest. Builtins only: no further process is started.
began=$EPOCHREALTIME
here=${0%/*}
echo "OK a person"
while read -r command _; do
  case $command in
    GETPIN)
      read -r secret < "$here/secret"
      echo "$began $EPOCHREALTIME" >> "$here/asked"
      printf 'D %s\nOK\n' "$secret"
      ;;
    CONFIRM) echo "ERR 83886179 nobody was to be asked this" ;;
    BYE) echo OK; exit 0 ;;
    *) echo OK ;;
  esac
done
