import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Colours that are told apart without red and green: Okabe and Ito's palette, and two greys. */
const COLOURS = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#999999",
  "#f0e442",
  "#000000",
  "#cccccc",
];

export interface Series {
  name: string;
  /** `[x, y]` for lines over numbers; one value for each category otherwise. */
  data: (number | null)[] | [number, number][];
  stack?: string;
}

export interface Plot {
  title: string;
  kind: "bar" | "line";
  /** Names along the axis; undefined: numbers. */
  categories?: string[];
  x: string;
  y: string;
  series: Series[];
  /** Both axes of numbers are logarithmic. */
  logarithmic?: boolean;
  /** Bars lie. */
  horizontal?: boolean;
  height?: number;
}

const WIDTH = 860;

/** Draws a plot as SVG. */
export function plot({
  title,
  kind,
  categories,
  x,
  y,
  series,
  horizontal,
  height,
  ...how
}: Plot): string {
  const chart = echarts.init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH,
    height: height ?? 380,
  });
  const category = categories && {
    type: "category" as const,
    data: categories,
    name: x,
    nameLocation: "middle" as const,
    nameGap: 30,
    axisLabel: { interval: 0 },
    inverse: horizontal === true,
  };
  const numbers = (name: string) => ({
    type: how.logarithmic ? ("log" as const) : ("value" as const),
    name,
    nameLocation: "middle" as const,
    nameGap: 30,
  });
  const along = category ?? numbers(x);
  const up = horizontal ? numbers(y) : { ...numbers(y), nameGap: 50 };
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    color: COLOURS,
    title: { text: title, left: 10, top: 6, textStyle: { fontSize: 15 } },
    // Without a canvas, the width of texts is estimated, and a little short.
    legend: { top: 32, left: 10, itemGap: 26, textStyle: { fontSize: 11 } },
    grid: { top: 90, left: horizontal ? 190 : 70, right: 30, bottom: 50 },
    xAxis: horizontal ? up : along,
    yAxis: horizontal ? { ...along, name: "" } : up,
    series: series.map(({ name, data, stack }) => ({
      name,
      type: kind,
      data,
      ...(stack !== undefined && { stack }),
      ...(kind === "line" && { showSymbol: categories !== undefined, symbolSize: 7 }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
