"""Open Referral's endpoints. HSDS writes them without a slash at the end; with one they answer alike."""

from django.urls import URLPattern, path

from search import hsds_api

urlpatterns: list[URLPattern] = [path("", hsds_api.AboutView.as_view(), name="hsds")]

for _route, _view in (
    ("services", hsds_api.ServicesView),
    ("services/<str:key>", hsds_api.ServiceView),
    ("organizations", hsds_api.OrganizationsView),
    ("organizations/<str:key>", hsds_api.OrganizationView),
    ("service_at_locations", hsds_api.ServicesAtLocationsView),
    ("service_at_locations/<str:key>", hsds_api.ServiceAtLocationView),
    ("taxonomies", hsds_api.TaxonomiesView),
    ("taxonomies/<str:key>", hsds_api.TaxonomyView),
    ("taxonomy_terms", hsds_api.TermsView),
    ("taxonomy_terms/<str:key>", hsds_api.TermView),
):
    # The second one is left out of the description of the interfaces.
    urlpatterns += [path(_route, _view.as_view()), path(f"{_route}/", _view.as_view(schema=None))]
