"""What keeps people from using a page: controls without names, text too faint, a focus that jumps or is not seen."""

from playwright.sync_api import Page

CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "tab", "switch", "img", "image"}
CONTROLS |= {"spinbutton", "slider", "menuitem", "option", "dialog", "alertdialog"}

# WCAG 2.2, 1.4.3: text of which the ratio to what is behind it is below 4.5, or 3 where it is large.
FAINT = """() => {
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
    const v = c[i] / 255; return sum + share * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const behind = element => {
    const chain = [];
    for (let e = element; e; e = e.parentElement) chain.unshift(parse(getComputedStyle(e).backgroundColor));
    return chain.reduce((under, top) => over(top, under), [255, 255, 255, 1]); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const drawn = element.checkVisibility({opacityProperty: true, visibilityProperty: true}) && box.width > 1;
    const idle = element.closest('.disabled, [aria-disabled=true], script, style');
    if (!node.textContent.trim() || !drawn || idle) continue;
    let shown = parse(style.color); let opacity = 1;
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
    shown[3] *= opacity;
    const ground = behind(element), one = light(over(shown, ground)), other = light(ground);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""

# Nothing moves or fades any more.
SETTLED = "document.getAnimations().every(one => one.playState !== 'running')"

# Where the focus is: its place in the document, whether it can be seen, what it is on.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const seen = [e, ...e.querySelectorAll('*'), e.closest('.q-field, .q-uploader, .q-tab') ?? e].some(one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; });
  return [[...document.querySelectorAll('*')].indexOf(e), seen, e.outerHTML.slice(0, 120)];
}"""

DOCUMENT = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const wrong = [];
  if (!document.documentElement.lang) wrong.push('no language');
  if (!document.title) wrong.push('no title');
  if (document.querySelectorAll('h1, [role=heading][aria-level="1"]').length !== 1) wrong.push('not one first heading');
  if (document.querySelector('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])')) wrong.push('an order of its own');
  return wrong.concat(ids.filter((id, at) => ids.indexOf(id) !== at).map(id => `the id ${id} twice`));
}"""


def nameless(page: Page) -> list[str]:
    """Controls that the browser tells assistive technology of without a name."""
    speaking = page.context.new_cdp_session(page)
    nodes = speaking.send("Accessibility.getFullAXTree")["nodes"]
    told = [node for node in nodes if not node.get("ignored") and node["role"]["value"] in CONTROLS]
    return [
        f"{node['role']['value']} {node.get('backendDOMNodeId')}"
        for node in told
        if not node.get("name", {}).get("value", "").strip()
    ]


def lost_focus(page: Page, steps: int) -> list[str]:
    """What is wrong with the first steps of the focus: back in the document, or onto something where it is not seen."""
    wrong, places = [], []
    for _ in range(steps):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        if found is None or found[0] in places:  # once around
            break
        place, seen, what = found
        if places and place < places[-1]:
            wrong.append(f"back to {what}")
        if not seen:
            wrong.append(f"unseen on {what}")
        places.append(place)
    return wrong
