//! Equal reads that are asked for at the same time are done once.
//!
//! A caller joins a read that waits for its turn, never one that has begun: what it is told was so after it asked. So a
//! reader's queue holds each kind of read once at most, however many callers there are, and none can crowd out another:
//! who comes late waits no longer than for one read of each kind.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};

use crate::problem::Problem;
use crate::reader::{Insertion, ReaderId, ReaderInfo};
use crate::sync::lock;

/// Reads that wait for their turn, by what they read.
pub(super) struct Joined<K, T>(Arc<Waiting<K, T>>);

/// Which card, and what of it.
pub(super) type CardPart<P> = (ReaderId, Option<Insertion>, P);

struct Waiting<K, T> {
    reads: Mutex<HashMap<K, Read<T>>>,
    last_number: AtomicU64,
}

#[derive(Clone)]
struct Read<T> {
    number: u64,
    result: Shared<BoxFuture<'static, Result<T, Problem>>>,
}

/// To be dropped when a read begins, or when it never will: nobody joins it after that.
pub(super) struct Turnstile<K: Eq + Hash, T> {
    waiting: Arc<Waiting<K, T>>,
    key: K,
    number: u64,
}

impl<K, T> Default for Joined<K, T> {
    fn default() -> Self {
        Self(Arc::new(Waiting { reads: Mutex::default(), last_number: AtomicU64::new(0) }))
    }
}

/// That part of the card in `reader` now.
pub(super) fn part_of<P>(reader: &ReaderInfo, part: P) -> CardPart<P> {
    (reader.id.clone(), reader.presence.insertion(), part)
}

impl<K, T> Joined<K, T>
where
    K: Eq + Hash + Clone + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The result of the read of `key` that waits already, or of the one that `start` makes.
    pub(super) async fn read<F, R>(&self, key: K, start: F) -> Result<T, Problem>
    where
        F: FnOnce(Turnstile<K, T>) -> R + Send + 'static,
        R: Future<Output = Result<T, Problem>> + Send,
    {
        let result = {
            let mut reads = lock(&self.0.reads);
            match reads.get(&key) {
                Some(read) => read.result.clone(),
                None => {
                    let number = self.0.last_number.fetch_add(1, Ordering::Relaxed);
                    let turnstile = Turnstile { waiting: self.0.clone(), key: key.clone(), number };
                    // Nothing happens before it is awaited: dropping the turnstile here would wait for ourselves.
                    let result = async move { start(turnstile).await }.boxed().shared();
                    reads.insert(key, Read { number, result: result.clone() });
                    result
                }
            }
        };
        result.await
    }
}

impl<K: Eq + Hash, T> Drop for Turnstile<K, T> {
    fn drop(&mut self) {
        let mut reads = lock(&self.waiting.reads);
        let mine = reads.get(&self.key).is_some_and(|read| read.number == self.number);
        let read = mine.then(|| reads.remove(&self.key)).flatten();
        drop(reads); // first: dropping the read may drop what belongs to another
        drop(read);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    type Begin = (oneshot::Receiver<()>, oneshot::Receiver<u32>);

    /// A read that begins and ends when it is told to.
    async fn read((begin, end): Begin, turnstile: Turnstile<&'static str, u32>) -> Result<u32, Problem> {
        begin.await.unwrap();
        drop(turnstile);
        Ok(end.await.unwrap())
    }

    fn steps() -> (oneshot::Sender<()>, oneshot::Sender<u32>, Begin) {
        let ((begin, begun), (end, ended)) = (oneshot::channel(), oneshot::channel());
        (begin, end, (begun, ended))
    }

    #[tokio::test]
    async fn a_waiting_read_is_joined_and_one_that_has_begun_is_not() {
        let joined = Arc::new(Joined::default());
        let ask = |part: &'static str, steps: Option<Begin>| {
            let joined = joined.clone();
            let start = move |turnstile| match steps {
                Some(steps) => read(steps, turnstile),
                None => panic!("a second read of the same"),
            };
            tokio::spawn(async move { joined.read(part, start).await })
        };
        let (begin_first, end_first, first) = steps();
        let first = ask("pins", Some(first));
        tokio::task::yield_now().await;
        let with_first = [ask("pins", None), ask("pins", None)];
        tokio::task::yield_now().await;
        with_first[0].abort(); // a caller that goes away takes nothing from the others

        begin_first.send(()).unwrap();
        tokio::task::yield_now().await;
        let (begin_second, end_second, second) = steps();
        let second = ask("pins", Some(second));
        tokio::task::yield_now().await;
        let with_second = ask("pins", None);
        tokio::task::yield_now().await;
        end_first.send(1).unwrap();
        begin_second.send(()).unwrap();
        end_second.send(2).unwrap();

        let [_, with_first] = with_first;
        assert_eq!((first.await.unwrap(), with_first.await.unwrap()), (Ok(1), Ok(1)));
        assert_eq!((second.await.unwrap(), with_second.await.unwrap()), (Ok(2), Ok(2)));
        assert!(lock(&joined.0.reads).is_empty());
    }

    #[tokio::test]
    async fn a_read_that_will_never_begin_is_not_joined() {
        let joined = Joined::default();
        assert_eq!(joined.read("pins", |_| async { Err(Problem::CardBusy) }).await, Err(Problem::CardBusy));
        assert_eq!(joined.read("pins", |_| async { Ok(3) }).await, Ok(3));
    }
}
