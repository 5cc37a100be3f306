int f(void); /* TODO: more */
int XXXL;
