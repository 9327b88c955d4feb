"""This room says which SDK releases installed packages are of.

Put here how people's lists of packages are read and matched. What the lists of releases say is
declared in `warehouse.views.package_views`; what supports what lives in `warehouse.packages`.
"""
