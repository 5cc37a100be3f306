s/    pthread_mutex_\(un\)\{0,1\}lock(&p->lock);//
