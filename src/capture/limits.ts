/** Bounds on what a capture may claim. */

/** Most bytes of a packet that any capture program keeps: MAXIMUM_SNAPLEN of libpcap's pcap-int.h. */
export const MAX_CAPTURED_LENGTH = 262_144;

/** The exceptions of libpcap's max_snaplen_for_dlt, D-Bus, USBPcap and Ebhscr, and their bound. */
export const LINK_TYPES_WITH_HUGE_RECORDS: ReadonlySet<number> = new Set([231, 249, 279]);
export const MAX_HUGE_RECORD_LENGTH = 128 * 1024 * 1024;

/** Largest pcapng block that is believed; the same bound as libpcap's and Wireshark's. */
export const MAX_BLOCK_LENGTH = 128 * 1024 * 1024;

/** Interfaces of one file that have a clock and a link type; packets of further ones are problems. */
export const MAX_INTERFACES = 1 << 20;

/** Interfaces that the facts describe one by one. */
export const MAX_DETAILED_INTERFACES = 64;

/** Longest interface name kept, in bytes. */
export const MAX_NAME_LENGTH = 256;

/** Problems of one kind that are handed on one by one; a hostile file has millions. All of them are counted. */
export const MAX_PROBLEMS_PER_KIND = 256;
