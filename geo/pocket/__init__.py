"""The pocket finder: a folder of files that any host serves, and that then needs nobody.

    from geo.pocket.site_folder import write_site

What a person asks stays on their device: the search, the order and the words run in their browser,
on tables made here from the release. One truth: tables, texts and styles come from the Python side;
what must exist twice (the distance, the search for drives, the order, the sentences around them) stands in small files
below `data/assets/pocket/`, which tests hold to the answers of `clinic-finder find`.

- `packed_columns`: whole numbers by columns behind a header of JSON, packed; `tables.js` reads them.
- `packed_places`: the point, radius and precision of each place that the type-ahead knows.
- `packed_clinics`: what a search looks at of each clinic.
- `packed_cards`: what its card says in each language.
- `packed_roads`: the highways, and how fast one drives on them and around places.
- `packed_shapes`: the shapes of the map.
- `script_texts`: the messages that the scripts name, from the catalogues of the pages.
- `page_frame`: what all pages have, with their policy and the hashes of what they load.
- `finder_page` and `pocket_pages`: the pages as HTML.
- `site_folder`: writes the folder.

Everything that is loaded is named with its hash; the type-ahead (`place_match.js`), the list
(`clinic_list.js`), "My list" (`take_along.js`) and the styles are the files of the site itself.

Drives come later than the rest: the highways are a file of their own, under the ODbL, which is fetched
when somebody first asks for drive times, and says so (`roads_room.js`).

Whether a straight line crosses open water is told by the shapes of the map, which are coarser than the
site's: in about one line in three hundred, along a shore, nothing is said where the site says so.
"""
