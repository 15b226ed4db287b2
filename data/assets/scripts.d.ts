/* What our scripts find around them: how Streamlit calls a component, and what the scripts of a map, which
   are no modules, offer to each other. No browser asks for this file. */

interface Component<Data, Triggers = {}> {
  data: Data;
  parentElement: HTMLElement | ShadowRoot;
  setTriggerValue<Name extends keyof Triggers>(name: Name, value: Triggers[Name]): void;
}

type ClusterMarker = InstanceType<typeof L.MarkerCluster>;

/* A marker of the clinic layer. */
interface ClinicMarker extends L.Marker {
  clinics: MapClinic[];
  area: number;
  shift: [number, number];
  width: number;
  lead: string;
  name: string;
}

type Shapes = GeoJSON.FeatureCollection<GeoJSON.Geometry, { id: string; name: string }>;
type Projection = (position: GeoJSON.Position) => L.LatLng;

interface Window {
  PHONE: string;
  Streamlit: { setComponentValue(value: ClinicPick | ChoroplethPick | PinDrop): void };
  fetchJson(url: string): Promise<any>;
  makeElement<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag, className?: string, text?: string | number
  ): HTMLElementTagNameMap[Tag];
  settleMapFrame(map: L.Map, words: FrameWords): void;
  addCountryViews(map: L.Map, words: ViewWords): void;
  startPlaceNames(map: L.Map, options: BasemapOptions): void;
  startBasemap(map: L.Map, options: BasemapOptions): void;
  watchPhoneTurns(getChosen: () => string | null): void;
  spreadPins(
    map: L.Map, markers: ClinicMarker[], place: [number, number] | null,
    lines: L.LayerGroup, renderer: L.Renderer, redraw: (marker: ClinicMarker) => void
  ): void;
  clinicPopups: {
    build(map: L.Map, marker: ClinicMarker, selected: string | null, pick: (id: string) => void): HTMLElement;
    find(marker: ClinicMarker, selector: string): HTMLElement | null | undefined;
    showChosen(marker: ClinicMarker): void;
    renew(marker: ClinicMarker): void;
  };
  startClinicLayer(map: L.Map, words: ClinicMapWords): { set(payload: ClinicMessage): void };
  startPinLayer(map: L.Map): { set(payload: PinMessage): void };
  drawChoroplethBackdrop(
    map: L.Map, backdrop: Promise<Shapes>, states: Shapes, project: (fips: string) => Projection,
    insets: string[], options: ChoroplethOptions
  ): void;
  startChoropleth(map: L.Map, options: ChoroplethOptions): { set(payload: ChoroplethData): void };
}
