"use strict";

// Where `pulumi up` begins. It brings in what runs TypeScript by itself, so that the program starts the same way, and as fast, whatever the
// language host makes of Pulumi.yaml: older ones heed no option there, and would compile all of it anew for each folder.

require("../setup/run-typescript.cjs");
module.exports = require("./index");
