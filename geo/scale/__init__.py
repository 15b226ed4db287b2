"""Coverage over demand of any size: census blocks, population grids, as files of Parquet.

The files are cut into units (`files`), a unit gives exact sums of whole numbers (`reaching`,
`partial`), the sums of all units are merged in any order to the same bits, and the last step turns
them into areas (`tabulating`). Where clinics stand is drawn (`drawn`): each draw is summed up by
itself. By road people are added up by the ZIP point nearest to them (`zip_people`), whose minutes are
looked up at the end (`zip_drives`). One process streams the units; `cluster` runs the very same
functions on the workers of a Dask cluster.
"""
