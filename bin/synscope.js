#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { main } from '../dist/cli/main.js';

// Lets the engine of Node 20 watch a function three times as long before it compiles it for speed. A capture of a gigabyte
// is over in seconds: compiling what runs a few thousand times costs more than it gains, and less of it has to be done
// twice. Later engines have no such number, and complain of it.
if (process.version.startsWith('v20.')) setFlagsFromString('--interrupt-budget=400000');
// Keeps the young generation at its first size: next to nothing is allocated while a capture is read, and what it would
// grow to, 15 MB, is a tenth of all the memory that a large capture takes.
setFlagsFromString('--semi-space-growth-factor=1');

await main(process.argv.slice(2));
