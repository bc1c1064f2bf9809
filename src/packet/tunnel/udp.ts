import { u8 } from '../../units/table.ts';
import type { Cursor } from '../cursor.ts';
import { layerTable } from '../layer-table.ts';
import type { Layer } from '../layer.ts';
import { AYIYA, CAPWAP, GENEVE, GTP, STOP, UDP_GRE, VXLAN, VXLAN_GPE } from '../layer.ts';
import { TRANSPORT_CUT, TRANSPORT_NOT_TCP, TUNNEL_CUT } from '../undecoded.ts';

export const PROTOCOL_UDP = 17;

/** Destination ports of tunnels (IANA; 8472 is what Linux and flannel use for VXLAN). */
const TUNNEL_TO_PORT = layerTable([
  [4789, VXLAN],
  [8472, VXLAN],
  [4790, VXLAN_GPE],
  [6081, GENEVE],
  [4754, UDP_GRE],
  [2152, GTP],
  [5072, AYIYA],
  [5247, CAPWAP],
]);

/** Tunnels whose far end answers from its port; the others hash the inner flow into the source port. */
const TUNNEL_FROM_PORT = layerTable([
  [2152, GTP],
  [5072, AYIYA],
  [5247, CAPWAP],
]);

/** UDP: only the ports matter, as they may name a tunnel. */
export function decodeUdp(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(TRANSPORT_CUT);
  const { view, at } = cursor;
  cursor.at = at + 8;
  const forward = u8(TUNNEL_TO_PORT, view.getUint16(at + 2));
  if (forward !== STOP) return forward;
  const back = u8(TUNNEL_FROM_PORT, view.getUint16(at));
  return back === STOP ? plainUdp(cursor) : back;
}

/** The answer of a tunnel decoder whose header does not hold: the port was used for something else. */
export function plainUdp(cursor: Cursor): Layer {
  return cursor.stop(TRANSPORT_NOT_TCP, PROTOCOL_UDP);
}

/** The answer when the header is not all there: the snap length took it, or it is something else. */
export function shortTunnel(cursor: Cursor): Layer {
  return cursor.snapped ? cursor.stop(TUNNEL_CUT, 0) : plainUdp(cursor);
}
