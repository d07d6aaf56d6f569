//! Runs pinentry, the small program that shows a prompt and keeps what is typed out of other programs' sight.
