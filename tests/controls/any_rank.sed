s/rank_held(c, c->who->account, today(c)) < needed)$/rank_held(c, c->who->account, today(c)) < 1)/
