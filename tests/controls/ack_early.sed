s/^            x->acts++;/            x->acts++; early[nearly++ % LIM_BATCH_COUNT] = it; sem_post(\&it->answered);/
s/^struct queue {/static struct item *early[LIM_BATCH_COUNT]; static unsigned nearly;\nstruct queue {/
s/^            sem_post(&x->batch\[i\]->answered);/        { bool was = false; for (unsigned k = 0; k < nearly; k++) was |= early[k] == x->batch[i]; if (!was) sem_post(\&x->batch[i]->answered); }/
s/^        pthread_mutex_lock(&x->running);/        nearly = 0; pthread_mutex_lock(\&x->running);/
