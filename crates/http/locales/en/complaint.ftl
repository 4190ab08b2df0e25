# complaint
