// Names of the DOM that the types of playwright-core and axe-core mention. Nothing here runs in a browser, and the DOM
// library would make its globals look usable in the gate; what tests ask of a page they write as text.

interface Node {
  readonly nodeType: number;
}
interface NodeList {
  readonly length: number;
}
interface Element extends Node {
  readonly tagName: string;
}
interface HTMLElement extends Element {
  readonly hidden: boolean;
}
interface SVGElement extends Element {
  readonly viewportElement: SVGElement | null;
}
interface Document extends Node {
  readonly title: string;
}
interface DOMRect {
  readonly width: number;
}
interface Window {
  readonly innerWidth: number;
}
interface HTMLElementTagNameMap {
  readonly div: HTMLElement;
}
