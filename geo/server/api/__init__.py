"""The list over HTTP, for other programs: what is asked, read, answered and described, under `/api/`.

In reading order: api_settings (whether it is on), asked and told (the types), problems, served,
request_reading, finding, list_answers, operations, openapi_document, api_page, rate_limit, http_api.
"""
