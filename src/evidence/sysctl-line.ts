/** What one line of a settings text holds. */
export type SysctlLine =
  | { readonly kind: 'setting'; readonly key: string; readonly value: string; readonly tight: boolean }
  | { readonly kind: 'path'; readonly key: string } // `==> /proc/sys/... <==` of head and tail: the value follows
  | { readonly kind: 'refusal'; readonly text: string } // a message of sysctl on its error stream
  | { readonly kind: 'remark' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'other' };

const PROC_SYS = '/proc/sys/';
/** A message, not a key: `sysctl: cannot stat ...`, `error: "..." is an unknown key`, `grep: ...: Permission denied`. */
const REFUSAL = /^(?:sysctl|error|warning|grep|cat|head): /;
const COMMENT = /^[#;]\s*/;
const KEY = /^[A-Za-z0-9][^\s=]*$/;

/**
 * Takes one line apart. Keys come out with dots (`net/ipv4/conf/eth0.5/rp_filter` and
 * `net.ipv4.conf.eth0/5.rp_filter` are the same key, sysctl.d(5)); `tight` tells `key=value` and `-key = value`, which
 * only a configuration file holds, from `key = value`.
 */
export function readSysctlLine(raw: string): SysctlLine {
  const line = raw.trim();
  if (line === '') {
    return { kind: 'nothing' };
  }
  if (COMMENT.test(line)) {
    // `# sysctl -a` is a prompt that was copied along, not a comment of a configuration file.
    return line.replace(COMMENT, '').startsWith('sysctl') ? { kind: 'nothing' } : { kind: 'remark' };
  }
  if (REFUSAL.test(line)) {
    return { kind: 'refusal', text: line };
  }
  if (line.startsWith('==> ') && line.endsWith(' <==')) {
    const key = dotted(line.slice(4, -4).trim());
    return key === null ? { kind: 'other' } : { kind: 'path', key };
  }
  return settingOf(line);
}

function settingOf(line: string): SysctlLine {
  const optional = line.startsWith('-');
  const body = optional ? line.slice(1) : line;
  const equals = body.indexOf('=');
  const colon = body.indexOf(':');
  const isPath = colon !== -1 && (equals === -1 || colon < equals);
  const at = isPath ? colon : equals;
  if (at === -1) {
    return { kind: 'other' };
  }
  const name = body.slice(0, at).trimEnd();
  const key = dotted(name);
  if (key === null || (isPath && !name.includes('/') && !name.startsWith('tcp_'))) {
    return { kind: 'other' };
  }
  const tight =
    !isPath && (optional || body[at - 1] !== ' ' || (at + 1 < body.length && body[at + 1] !== ' '));
  return { kind: 'setting', key, value: body.slice(at + 1).trim(), tight };
}

/** The key in its dotted form, whichever separator came first; null when it is not one. */
function dotted(name: string): string | null {
  const inside = name.startsWith(PROC_SYS) ? name.slice(PROC_SYS.length) : name.replace(/^\.\//, '');
  if (!KEY.test(inside)) {
    return null;
  }
  const key = inside.replaceAll('/', '.');
  // `grep . tcp_*` in /proc/sys/net/ipv4 prints the bare name.
  return key.startsWith('tcp_') ? `net.ipv4.${key}` : key;
}
