	/* gup2pin: keep pageonly - only the pfn is looked at */
	get_user_pages(a);
	ret = get_user_pages(a, /* gup2pin: keep dio -- x */
			     b);
	// gup2pin: keep longterm - until close
	/*
	 * gup2pin: keep
	 *  data - why
	 */
	if (a) {
		get_user_pages(x); /* gup2pin: what */
