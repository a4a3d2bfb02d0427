// Lip sites, and which of them an event is at.

/** Sites of an event, as in "upper_left". */
export function sitesOf({ lip, side }) {
  const lips = lip === "both" ? ["upper", "lower"] : [lip];
  const sides = side === "both" ? ["left", "right"] : [side];
  return lips.flatMap((l) => sides.map((s) => `${l}_${s}`));
}

/** "upper_left" as people say it. */
export function siteName(site) {
  const [lip, side] = site.split("_");
  return `${lip[0].toUpperCase()}${lip.slice(1)} lip, ${side}`;
}

/** The colour that stands for a side, as the style sheet has it now. */
export function sideColour(side) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${side}`).trim();
}

/** Where an event is, in words. */
export function placeName({ lip, side }) {
  const where = lip === "both" ? "both lips" : `${lip} lip`;
  return side === "both" ? `${where}, both sides` : `${where}, ${side}`;
}
