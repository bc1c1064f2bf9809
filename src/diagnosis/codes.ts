/** Why a SYN packet got no SYN-ACK. */
export const CAUSES = [
  'tw-recycle-reject',
  'time-wait-reject',
  'accept-queue-overflow',
  'syn-queue-full',
  'port-closed',
  'source-filtered',
  'reply-lost',
  'tuple-collision',
  'unexplained',
] as const;
export type Cause = (typeof CAUSES)[number];

/** How sure the tool is that the target's per-host timestamp check threw SYNs away, strongest first. */
export const GRADES = [
  'confirmed',
  'probable',
  'possible',
  'cannot-tell',
  'no-evidence',
  'ruled-out',
] as const;
export type Grade = (typeof GRADES)[number];
