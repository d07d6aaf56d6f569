//! Equal reads that are asked for at the same time are done once.
//!
//! A caller joins a read that waits for its turn, never one that has begun or ended: what it is told was so after it
//! asked. So a reader's queue holds each kind of read once at most, however many callers there are, and none can crowd out
//! another: who comes late waits no longer than for one read of each kind. A read whose callers have all gone keeps its
//! place, for the next who asks: if it were let go, callers that come and go would fill the queue with what nobody wants.

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

type Reading<T> = BoxFuture<'static, Result<T, Problem>>;

struct Read<T> {
    number: u64,
    result: Shared<Reading<T>>,
}

impl<T: Clone> Read<T> {
    /// To wait for it with the others. Not one that has ended before it began, as when its time was over in the queue.
    fn join(&self) -> Option<Shared<Reading<T>>> {
        Some(&self.result).filter(|result| result.peek().is_none()).cloned()
    }
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
            match reads.get(&key).and_then(Read::join) {
                Some(result) => result,
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
        let own = reads.get(&self.key).is_some_and(|read| read.number == self.number);
        let ended = own.then(|| reads.remove(&self.key));
        // What it still holds is dropped after the lock, not under it.
        drop(reads);
        drop(ended);
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

    /// Its time was over while it waited: who asks later is not told so, though the turnstile still stands in the queue.
    #[tokio::test]
    async fn a_read_that_has_ended_in_the_queue_is_not_joined() {
        let joined = Joined::default();
        let mut queue = Vec::new();
        let (queued, queued_again) = (oneshot::channel(), oneshot::channel());
        let read = |result, into: oneshot::Sender<_>| {
            joined.read("pins", move |turnstile| async move {
                assert!(into.send(turnstile).is_ok());
                result
            })
        };
        assert_eq!(read(Err(Problem::CardBusy), queued.0).await, Err(Problem::CardBusy));
        queue.push(queued.1.await.unwrap());
        assert_eq!(read(Ok(3), queued_again.0).await, Ok(3));
        queue.push(queued_again.1.await.unwrap());
        assert_eq!(lock(&joined.0.reads).len(), 1);
        drop(queue.remove(0));
        assert_eq!(lock(&joined.0.reads).len(), 1, "that of another");
        drop(queue);
        assert!(lock(&joined.0.reads).is_empty());
    }

    /// The same while one of its callers has not come round to hearing it.
    #[tokio::test]
    async fn a_result_that_somebody_has_yet_to_hear_is_not_handed_to_who_asks_now() {
        let joined = Joined::default();
        let (end, ended) = oneshot::channel();
        let (queued, queue) = oneshot::channel();
        let first = joined.read("pins", move |turnstile| async move {
            assert!(queued.send(turnstile).is_ok());
            ended.await.unwrap()
        });
        let mut slow = Box::pin(joined.read("pins", |_| async { panic!("a second read of the same") }));
        let mut first = Box::pin(first);
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut slow).now_or_never().is_none());
        end.send(Err(Problem::CardBusy)).unwrap();
        assert_eq!(first.await, Err(Problem::CardBusy));
        assert_eq!(joined.read("pins", |_| async { Ok(3) }).await, Ok(3));
        assert_eq!(slow.await, Err(Problem::CardBusy));
        drop(queue.await.unwrap());
        assert!(lock(&joined.0.reads).is_empty());
    }

    #[tokio::test]
    async fn a_read_that_all_have_left_keeps_its_place_for_the_next() {
        let joined = Arc::new(Joined::default());
        let (begin, end, steps) = steps();
        let ask = |steps: Option<Begin>| {
            let joined = joined.clone();
            tokio::spawn(async move { joined.read("pins", move |turnstile| read(steps.unwrap(), turnstile)).await })
        };
        let (first, second) = (ask(Some(steps)), ask(None));
        tokio::task::yield_now().await;
        first.abort();
        second.abort();
        assert!(first.await.unwrap_err().is_cancelled() && second.await.unwrap_err().is_cancelled());
        assert!(!begin.is_closed(), "it stands in the queue");
        let next = ask(None);
        begin.send(()).unwrap();
        end.send(4).unwrap();
        assert_eq!(next.await.unwrap(), Ok(4), "no second one was begun");
        assert!(lock(&joined.0.reads).is_empty());
    }

    #[tokio::test]
    async fn a_read_that_will_never_begin_is_not_joined() {
        let joined = Joined::default();
        assert_eq!(joined.read("pins", |_| async { Err(Problem::CardBusy) }).await, Err(Problem::CardBusy));
        assert_eq!(joined.read("pins", |_| async { Ok(3) }).await, Ok(3));
    }
}
