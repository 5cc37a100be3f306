/* strcpy( in a comment is no call */
void f(char *to, const char *from) {
    strcpy(to, from);
    x->system(to);
    puts("sprintf(1)");
    int n = atoi (from);
}
