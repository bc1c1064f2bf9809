/** What to do about an input that is known, and no capture that is read; by the name that the reader gives it. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['xz', 'packed with xz; unpack it first: xz -dk FILE'],
  ['bzip2', 'packed with bzip2; unpack it first: bunzip2 -k FILE'],
  ['lz4', 'packed with lz4; unpack it first: lz4 -d FILE'],
  ['gzip', 'packed with gzip once more; unpack it first: gunzip -k FILE'],
  ['zstd', 'packed with zstd once more; unpack it first: zstd -dk FILE'],
  ['ZIP', 'a ZIP archive; unpack it first: unzip FILE'],
  ['7-Zip', 'a 7-Zip archive; unpack it first: 7z x FILE'],
  ['tar', 'a tar archive; unpack it first: tar xf FILE'],
  ['HTML page', 'an HTML page, as servers send in place of a file: look at it, then fetch the capture again'],
  ['Git LFS pointer', 'a Git LFS pointer, not the file itself; git lfs pull fetches that'],
  ['tcpdump text', 'what tcpdump printed; capture into a file with tcpdump -w FILE'],
]);

/** What the input is and what helps; `name` is from outside and comes already escaped. */
export function foreignSentence(name: string | null): string {
  const known = name === null ? undefined : REMEDIES.get(name);
  return known ?? `${name ?? 'another format'}, which synscope does not read; pcap, pcapng and snoop it does`;
}
