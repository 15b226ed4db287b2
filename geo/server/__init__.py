"""What stands between browsers and pages: requests in, admitted, guarded and cached replies out."""
