// complaint
