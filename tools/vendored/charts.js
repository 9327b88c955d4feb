// What the page uses of Observable Plot. esbuild leaves out everything else, of d3 as well.
export {plot, line, dot, text, ruleX, ruleY, gridX, gridY, axisX, axisY} from "@observablehq/plot";
