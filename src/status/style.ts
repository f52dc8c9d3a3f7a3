// The one style sheet of the status page, a constant: its hash stands in the policy of the answer.
// Nothing in it loads anything. Colours have a contrast of at least 4.5 to what is behind them, light and dark.

import { trusted, type Html } from './html.js';

/** The style sheet, to the last byte what the policy has the hash of. */
export const STYLE: string = `
:root{color-scheme:light dark;--ground:#f4f5f7;--panel:#fff;--line:#dde1e7;--text:#1b2129;--soft:#566171;--link:#0a55a3;--calm:#2f76c4;--loud:#c2402e;--track:#e4e8ed;
--good:#14692f;--good-ground:#e5f4ea;--warn:#7d4e00;--warn-ground:#fdf1d8;--bad:#a3231a;--bad-ground:#fcebe9;--quiet:#4c5766;--quiet-ground:#eceff3}
@media (prefers-color-scheme:dark){:root{--ground:#0f1318;--panel:#181d24;--line:#2c343e;--text:#e7ebf0;--soft:#a3aebb;--link:#82bdff;--calm:#5b9ee6;--loud:#f08475;--track:#29313b;
--good:#7ddb9a;--good-ground:#16301f;--warn:#f0c674;--warn-ground:#35290f;--bad:#ffa79d;--bad-ground:#3d1a17;--quiet:#b3bdc9;--quiet-ground:#262e38}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%}
header.top,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header.top{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1.5rem;padding-top:1.5rem;padding-bottom:1rem}
header.top p{margin:0;color:var(--soft);font-variant-numeric:tabular-nums}
h1,h2,h3{line-height:1.25;margin:0}
h1{font-size:1.35rem;font-weight:650;letter-spacing:-.01em}
h1 span{font-weight:400;color:var(--soft)}
h2{font-size:1.1rem;font-weight:650}
h3{font-size:.95rem;font-weight:650}
p{margin:0 0 .5rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.again{margin-left:.75rem}
.skip{position:absolute;left:-100rem;top:0;padding:.5rem 1rem;background:var(--panel)}
.skip:focus{left:0;z-index:1}
main:focus{outline:none}
code,.name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
code .name{font-size:1em}
.panel,.verdict{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem 1.25rem;margin:0 0 1rem;scroll-margin-top:1rem}
.panel>h2{margin-bottom:.75rem}
.lead{color:var(--soft);margin-top:-.35rem;margin-bottom:.9rem}
.aside,.under,.nothing,.more,.page,caption{color:var(--soft)}
.under{display:block;font-size:.88em}
.more{margin:.6rem 0 0}
.verdict{border-left-width:5px;padding-top:.9rem;padding-bottom:.9rem}
.verdict.good{border-left-color:var(--good)}.verdict.warn{border-left-color:var(--warn)}.verdict.bad{border-left-color:var(--bad)}
.verdict ul{list-style:none;margin:.6rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1.5rem}
.state{display:inline-block;white-space:nowrap;font-size:.85em;font-weight:600;line-height:1.4;padding:.05rem .5rem;border-radius:999px;border:1px solid transparent}
.state span{font-size:.8em}
.state.good{color:var(--good);background:var(--good-ground)}.state.warn{color:var(--warn);background:var(--warn-ground)}
.state.bad{color:var(--bad);background:var(--bad-ground)}.state.quiet{color:var(--quiet);background:var(--quiet-ground)}
.tiles{list-style:none;margin:0 0 1rem;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}
.tiles a{display:block;height:100%;background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:.75rem 1rem;color:inherit;text-decoration:none}
.tiles a:hover{border-color:var(--link)}
.tile-title{display:block;color:var(--soft);font-size:.88em}
.tile-value{font-size:1.6rem;font-weight:600;line-height:1.25;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.of{font-size:1rem;font-weight:400;color:var(--soft);letter-spacing:0}
.warnings{list-style:none;margin:0 0 1rem;padding:0}
.warnings li{border-left:3px solid var(--warn);padding:.1rem 0 .1rem .9rem;margin-bottom:.9rem}
.warnings p{margin:0 0 .2rem}
.warnings .page{font-size:.88em}
.plain{list-style:none;margin:0;padding:0}
.facts{margin:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:.75rem 2rem}
.facts dt{color:var(--soft);font-size:.88em}
.facts dd{margin:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1.25rem 2rem}
figure{margin:0;position:relative}
figcaption p{margin:0;color:var(--soft);font-size:.92em;min-height:1.5em}
.axis{display:flex;justify-content:space-between;margin:.2rem 0 0;font-size:.8em;color:var(--soft)}
svg{display:block;width:100%}
.chart{height:5.5rem;margin-top:.4rem}
.calm{fill:var(--calm)}.loud{fill:var(--loud)}.track{fill:var(--track)}.area{fill:var(--calm);opacity:.22}.edge{fill:var(--calm)}
.share{height:.4rem;max-width:22rem;border-radius:2px}
details{margin-top:.9rem}
summary{cursor:pointer;color:var(--link);width:fit-content}
details ul{margin:.5rem 0 0;padding-left:1.2rem}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:.88em;position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
thead th{font-weight:500;font-size:.88em;color:var(--soft);padding-top:0;white-space:nowrap}
tbody th{font-weight:600}
.wide tbody th{min-width:8rem}
tbody th .under,tbody th code{font-weight:400}
.number{text-align:right}
.number:not(:last-child){padding-right:1.5rem}
.at{display:none}
.sentence::first-letter{text-transform:uppercase}
.after{margin-top:1rem}
.views{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem;align-items:start}
article{border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem 1rem;min-width:0}
article header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .75rem;margin-bottom:.6rem}
article header p{margin:0}
.flow{margin-bottom:.8rem}
.flow p{margin-bottom:.3rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.25rem 2.5rem}
.pair h3{margin-bottom:.4rem}
td .aside{white-space:normal}
footer{color:var(--soft);padding-top:.5rem;padding-bottom:2rem;font-size:.92em}
@media (max-width:52rem){
header.top,main,footer{padding-left:.75rem;padding-right:.75rem}
.panel,.verdict{padding-left:1rem;padding-right:1rem}
.tiles{grid-template-columns:1fr 1fr;gap:.5rem}
.tiles li:last-child:nth-child(odd){grid-column:1/-1}
.wide,.wide thead,.wide tbody,.wide tr,.wide th,.wide td{display:block}
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide tbody tr{padding:.6rem 0;border-bottom:1px solid var(--line)}
.wide tbody tr:first-child{padding-top:0}
.wide tbody tr:last-child{border-bottom:0;padding-bottom:0}
.wide th,.wide td,.wide .number:not(:last-child){border:0;padding:.1rem 0}
.slim tbody th{width:45%}
.wide td{display:flex;justify-content:space-between;gap:1rem}
.wide td>span:last-child{text-align:right;min-width:0}
.wide .at{display:block;flex:none;color:var(--soft);font-weight:400}
.facts{grid-template-columns:1fr}}
@media (forced-colors:active){.state{border-color:CanvasText}.calm,.loud,.edge{fill:CanvasText}.area{fill:GrayText}}
@media print{body{background:none}.panel,.verdict,.tiles a{break-inside:avoid}.skip,.again{display:none}}
`;

/** The element that carries it. */
export const STYLE_ELEMENT: Html = trusted(`<style>${STYLE}</style>`);
