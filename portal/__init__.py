"""The edge: pages, API, settings. The only room that knows HTTP."""
