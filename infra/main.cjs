"use strict";

// Where `pulumi up` begins. It brings in what runs TypeScript by itself: so the program starts the same way, and as fast, whatever the
// language host makes of Pulumi.yaml. Older ones heed no option there, and would compile all of it anew for each folder.

require("tsx/cjs/api").register();
module.exports = require("./index");
