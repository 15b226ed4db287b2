/* What our scripts are sent by Python, and what they send back: the same types, by the same names, as
   the modules that are named here have. No browser asks for this file. */

/* As in geo/guidance/my_list.py. */

interface SavedLabels {
  heading: string;
  where: string;
  empty: string;
  noContact: string;
  asOf: string;
  remove: string;
  removed: string;
  print: string;
  share: string;
  shared: string;
  sharedHeading: string;
  wait: string;
  lost: string;
  keepAll: string;
  keptAll: string;
  clear: string;
  cleared: string;
  questions: string;
  advice: string;
}

/* As in geo/maps/basemap.py. */

interface ViewWords {
  48: string;
  AK: string;
  HI: string;
  PR: string;
}

interface BasemapWords extends FrameWords, ViewWords {
  highways: string;
  canada: string;
  mexico: string;
}

interface BasemapShapes {
  states: string;
  counties: string;
  backdrop: string;
  highways: string;
  stateLabels: string;
  cities: string;
  towns: string;
}

interface BasemapOptions extends BasemapShapes {
  dark: boolean;
  words: BasemapWords;
}

/* As in geo/maps/choropleth.py. */

interface NumberForms {
  locale: string;
  share: string;
  miles: string;
  other: string;
}

interface ChoroplethReach {
  state: string;
  geometry: Record<string, any>;
}

interface ChoroplethData {
  token: string;
  geometry: 'counties' | 'states';
  geoids: string[];
  values: (number | null)[];
  kind: string;
  names: Record<string, string>;
  parents: Record<string, string>;
  within: string[];
  breaks: number[];
  legend: string[];
  noDataWords: string;
  writing: NumberForms;
  selected: string | null;
  clinics: [number, number, string][];
  sites: [number, number, string, string][];
  reach: ChoroplethReach | null;
}

interface ChoroplethPick {
  geoid: string;
  at: [number, number];
  count: number;
}

interface ChoroplethColours {
  ramp: string[];
  noData: string;
  line: string;
  outline: string;
  chosen: string;
  dot: string;
  water: string;
  abroad: string;
  inset: string;
}

interface ChoroplethOptions extends ChoroplethColours {
  dark: boolean;
  states: string;
  counties: string;
  backdrop: string;
  words: FrameWords;
}

/* As in geo/maps/clinic_map.py. */

interface MapClinic {
  id: string;
  rank: number | null;
  name: string;
  detail: string;
}

interface MapGroup {
  at: [number, number];
  area: number;
  lead: string;
  clinics: MapClinic[];
}

interface MapPlace {
  at: [number, number];
  within: number;
}

interface MapView {
  token: string;
  bounds: [[number, number], [number, number]];
}

interface ClinicMessage {
  groups: MapGroup[];
  place: MapPlace | null;
  selected: string | null;
  view: MapView;
  reach: Record<string, any> | null;
}

interface ClinicPick {
  id: string;
  count: number;
}

interface MapSign {
  kind: 'area' | 'group' | 'pin' | 'ring';
  text: string;
}

interface ClinicMapWords {
  cluster: string;
  signs: MapSign[];
}

/* As in geo/maps/local_map.py. */

interface FrameWords {
  language: string;
  title: string;
  attribution: string;
  zoomIn: string;
  zoomOut: string;
  closePopup: string;
}

/* As in geo/maps/pin_map.py. */

interface PinMark {
  at: [number, number];
  within: number;
  name: string;
  label: string;
}

interface PinMessage {
  subject: string;
  pin: [number, number];
  marks: PinMark[];
}

interface PinDrop {
  subject: string;
  latitude: number;
  longitude: number;
  count: number;
}

/* As in pages/analysts/parts/region_table.py. */

interface TableSort {
  sort?: string;
  sorted?: 'ascending' | 'descending';
}

interface TableColumn extends TableSort {
  label: string;
  kind: 'bar' | 'name' | 'number' | 'text';
}

interface TableScale {
  from: number;
  to: number;
  rest: number | null;
  kind: string;
}

interface RegionTable {
  caption: string;
  columns: TableColumn[];
  rows: any[][];
  scale: TableScale;
  selected: string | null;
}

interface TableWords extends NumberForms {
  none: string;
  without: string;
  interval: string;
}

interface RegionTableMessage extends RegionTable {
  words: TableWords;
}

interface TableEvent {
  id: string;
  count: number;
  at: number;
}

interface TableTriggers {
  pick: TableEvent;
  sort: TableEvent;
}

/* As in pages/parts/languages.py. */

interface LanguageMessage {
  language: string;
  path: string;
  label: string;
  controls: Record<string, string>;
  others: [string, string][];
}

interface LanguageEvent {
  code: string;
  at: number;
}

interface LanguageTriggers {
  language: LanguageEvent;
}

/* As in pages/parts/leave.py. */

interface LeaveMessage {
  to: string;
  label: string;
  help: string;
}

/* As in pages/patients/parts/crisis_panel.py. */

interface CrisisMessage {
  focus: number;
  said: string;
}

/* As in pages/patients/parts/list_protocol.py. */

interface CardLabels {
  onMap: string;
  details: string;
  noContact: string;
}

interface CardPage {
  text: string;
  title: string;
  href: string;
}

interface ClinicCard extends ClinicFacts {
  page: CardPage | null;
  rank: number | null;
  band: number | null;
  distance: string;
  certainty: string;
  warnings: string[];
  labels: CardLabels;
}

interface CardSection {
  heading: string;
  lead: string;
  cards: ClinicCard[];
}

interface ListSource {
  title: string;
  url: string;
}

interface Trip {
  treatment: string;
  text: string;
  sources: ListSource[];
}

interface Trips {
  heading: string;
  choose: string;
  trips: Trip[];
}

interface Step {
  text: string;
  points: string[];
  sources: ListSource[];
}

interface Steps {
  heading: string;
  steps: Step[];
}

interface ReportLine {
  words: string;
  link: string;
  href: string;
}

interface ListOffer {
  kind: string;
  value: string | number;
  label: string;
}

interface ListPages {
  now: number;
  count: number;
  label: string;
  words: string;
  previous: string;
  next: string;
}

interface ListAnswer {
  kind: 'answer' | 'error';
  heading: string;
  shown: string;
  notes: string[];
  facts: string[];
  actions: ListOffer[];
  rule: string;
  ride: string;
  bands: Record<number, string>;
  trips: Trips | null;
  steps: Steps | null;
  report: ReportLine | null;
  link: string | null;
  cards: ClinicCard[];
  going_on: CardSection[];
  pages: ListPages | null;
  sections: CardSection[];
  selected: string | null;
  focus: number;
  quiet: boolean;
}

interface ListLabels {
  region: string;
  actions: string;
  copy: string;
  copied: string;
  print: string;
  reopen: string;
  keep: string;
  kept: string;
  source: string;
}

interface ListMessage extends ListAnswer {
  labels: ListLabels;
}

interface ListEvent {
  kind: string;
  value: string | number;
  count: number;
}

interface ListTriggers {
  event: ListEvent;
}

/* As in pages/patients/parts/location_button.py. */

interface LocateMessage {
  label: string;
  words: string;
  waiting: string;
  refused: string;
}

interface LocatedPlace {
  latitude: number;
  longitude: number;
  count: number;
}

interface LocateTriggers {
  place: LocatedPlace;
}

/* As in pages/patients/parts/place_suggestions.py. */

interface PlaceBoxMessage {
  url: string;
  list: string;
  kinds: Record<string, string>;
  counts: string[];
}

/* As in pages/patients/parts/saved_clinics.py. */

interface Contact {
  id: string;
  name: string;
  address: string;
  phone: string;
  number: string;
  website: string;
}

interface SavedMessage {
  language: string;
  labels: SavedLabels;
  ride: string;
  questions: string[];
  clinics: Contact[] | null;
}

interface SavedEvent {
  kind: 'clinics';
  count: number;
}

interface SavedTriggers {
  event: SavedEvent;
}

/* As in pages/patients/parts/session_search.py. */

interface SessionAsk {
  kind: 'ask';
}

interface SessionStay {
  kind: 'stay';
}

interface SessionKeep {
  kind: 'keep';
  search: Record<string, string>;
}

interface SessionTriggers {
  search: Record<string, string | number>;
}

/* As in geo/places/suggestion_table.py. */

interface CityLines {
  names: string;
  states: string;
  ranks: string;
}

interface ZipSteps {
  states: [string, number][];
  steps: number[];
  cities: number[];
  turns: number[];
}

interface PlaceGroup {
  kind: string;
  names: string;
  places: string;
  ranks: string;
}

interface PlaceTable {
  format: number;
  states: Record<string, string>;
  cities: CityLines;
  zips: ZipSteps;
  groups: PlaceGroup[];
  also: [string, string][];
}

/* As in geo/search/clinic_card.py. */

interface PhoneLink {
  text: string;
  href: string;
}

interface CardAction {
  kind: string;
  text: string;
  href: string;
  detail: string;
  title: string;
  outward: boolean;
}

interface CardDetail {
  id: string;
  label: string;
  chips: string[];
  text: string;
}

interface CardListing {
  words: string;
  url: string | null;
  link: string | null;
}

interface ClinicFacts {
  id: string;
  name: string;
  address: string;
  phone: PhoneLink | null;
  website: string;
  actions: CardAction[];
  onMap: boolean;
  details: CardDetail[];
  certification: string;
  remarks: string;
  status: string;
  source: string;
  listings: CardListing[];
}

/* As in geo/server/suggestions.py. */

interface CrisisWords {
  phrases: string[];
  stems: Record<string, string>;
  skipped: string;
}

interface SuggestionTable extends PlaceTable {
  crisis: CrisisWords;
}
