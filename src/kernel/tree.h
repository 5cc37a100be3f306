/* tree.h - Merkle tree of RFC 9162 (RFC 6962 hashing): leaf SHA-256(00 ‖ bytes), node SHA-256(01 ‖ l ‖ r).
**
** Pure functions and a right edge; no storage.  Proof functions follow RFC 9162 2.1.3 and 2.1.4; size 0
** in a consistency proof and hashes that are not 32 bytes are rejected.
** Who may use this: kernel, the verifier, tests.
*/
#ifndef KERNEL_TREE_H
#define KERNEL_TREE_H
#include "base/hash.h"

struct digest tree_leaf(struct str bytes);
struct digest tree_node(const struct digest *l, const struct digest *r);

/* The right edge: roots of the complete subtrees of n leaves, largest first (at most 64). */
struct edge { uint64_t n; struct digest h[64]; int top; };
void edge_init(struct edge *e);
/* Append a leaf hash; `made` (may be NULL) is called for each complete subtree of level ≥ 1 that arose. */
void edge_add(struct edge *e, const struct digest *leaf,
              void (*made)(void *ctx, int level, uint64_t idx, const struct digest *h), void *ctx);
struct digest edge_root(const struct edge *e);

/* Hash of the complete subtree (level, idx), from wherever the caller keeps leaves and nodes. */
typedef bool (*tree_fetch)(void *ctx, int level, uint64_t idx, struct digest *out);
/* Proofs into out[64]; the number of hashes, or -1 if fetch failed or the arguments make no sense. */
int tree_inclusion(uint64_t index, uint64_t size, tree_fetch fetch, void *ctx, struct digest out[64]);
int tree_consistency(uint64_t old_size, uint64_t new_size, tree_fetch fetch, void *ctx,
                     struct digest out[64]);
bool tree_verify_inclusion(const struct digest *leaf, uint64_t index, uint64_t size,
                           const struct digest *proof, size_t n, const struct digest *root);
bool tree_verify_consistency(uint64_t old_size, uint64_t new_size, const struct digest *proof, size_t n,
                             const struct digest *old_root, const struct digest *new_root);

#endif
