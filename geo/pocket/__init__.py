"""The pocket finder: a folder of files that any host serves, and that then needs nobody.

    from geo.pocket.site_folder import write_site

What a person asks stays on their device: the search, the order and the words run in their browser,
on tables made here from the release. One truth: tables, texts and styles come from the Python side;
what must exist twice (the distance, the order, the sentences around them) stands in small files
below `data/assets/pocket/`, which tests hold to the answers of `clinic-finder find`.

- `packed_columns`: whole numbers by columns behind a header of JSON, packed; `tables.js` reads them.
- `packed_places`: the point, radius and precision of each place that the type-ahead knows.
- `packed_clinics`: what a search looks at of each clinic, and the cards in each language.
- `script_texts`: the messages that the scripts name, from the catalogues of the pages.
- `pocket_pages`: the pages as HTML, with their policy and the hashes of what they load.
- `site_folder`: writes the folder.

Everything that is loaded is named with its hash; the type-ahead (`place_match.js`), the list
(`clinic_list.js`), "My list" (`take_along.js`) and the styles are the files of the site itself.

Not here yet: drives (the roads and their search), so that the order is by straight lines alone, no
line is known to cross open water and no trips are reckoned; the place of the device; a page that
writes the lines by which another page shows the finder; the app's own address for it.
"""
