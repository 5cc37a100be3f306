s/&& !personal && !watched) return true;/\&\& !personal) return true;/
