/** What the command line needs, in one module that is loaded only when something is to be analysed. */
export { analyzeFile as analyzeFiles } from './analyze.ts';
export { analyzeEachBy } from './each.ts';
export { listEachSyns, listSyns } from './syns.ts';
