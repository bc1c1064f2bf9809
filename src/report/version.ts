/** Version of the tool as reports and `--version` name it; a test keeps it equal to package.json. */
export const VERSION = '0.1.0';
