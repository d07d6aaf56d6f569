
// By replace(), so that "back" does not lead here, where a new bridge would be opened.
"use strict";
location.replace(document.getElementById("on").href);
