// SPDX-License-Identifier: GPL-2.0-only
/*
 * context.c - who may sleep, who holds what, and what happens in between
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mmap_lock.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "model.h"

static struct mm_struct exec_mm;
static struct task_struct exec_task = { .mm = &exec_mm };
static struct list_head works = { &works, &works };
static irq_handler_t irq_handler;
static void *irq_data;
static int atomic_depth;
static int mutexes_held;

void must_sleep(const char *what)
{
	if (atomic_depth)
		report_error("%s in atomic context", what);
}

void context_reset(void)
{
	memset(&exec_mm, 0, sizeof(exec_mm));
	INIT_LIST_HEAD(&works);
	irq_handler = NULL;
	atomic_depth = 0;
	mutexes_held = 0;
}

void context_check(void)
{
	if (atomic_depth)
		report_error("a spin lock is still held");
	if (mutexes_held)
		report_error("a mutex is still held");
	if (exec_mm.mmap_lock.count.counter)
		report_error("mmap_lock is still held");
	atomic_depth = 0;
	mutexes_held = 0;
	exec_mm.mmap_lock.count.counter = 0;
}

struct task_struct *get_current(void)
{
	return &exec_task;
}

int signal_pending(struct task_struct *p)
{
	return 0;
}

void cond_resched(void)
{
	must_sleep("cond_resched()");
}

/* ---- locks ---- */

void down_read(struct rw_semaphore *sem)
{
	must_sleep("down_read()");
	sem->count.counter++;
}

void up_read(struct rw_semaphore *sem)
{
	if (--sem->count.counter < 0)
		report_error("a semaphore is given up that is not held");
}

void mutex_init(struct mutex *lock)
{
	lock->owner.counter = 0;
}

void mutex_lock(struct mutex *lock)
{
	must_sleep("mutex_lock()");
	if (lock->owner.counter++)
		report_error("a mutex is taken twice");
	mutexes_held++;
}

int mutex_lock_interruptible(struct mutex *lock)
{
	if (choose_fault(2, "mutex_lock_interruptible"))
		return -EINTR;
	mutex_lock(lock);
	return 0;
}

void mutex_unlock(struct mutex *lock)
{
	if (lock->owner.counter-- != 1)
		report_error("a mutex is given up that is not held");
	mutexes_held--;
}

void spin_lock_init(spinlock_t *lock)
{
	lock->val = 0;
}

void spin_lock(spinlock_t *lock)
{
	if (lock->val++)
		report_error("a spin lock is taken twice");
	atomic_depth++;
}

void spin_unlock(spinlock_t *lock)
{
	if (lock->val-- != 1)
		report_error("a spin lock is given up that is not held");
	atomic_depth--;
}

/* ---- interrupts and work ---- */

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
		const char *name, void *dev_id)
{
	if (choose_fault(2, "request_irq"))
		return -EBUSY;
	irq_handler = handler;
	irq_data = dev_id;
	return 0;
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	must_sleep("free_irq()");
	if (dev_id != irq_data)
		report_error("an interrupt is given up that was not asked for");
	irq_handler = NULL;
	irq_data = NULL;
	return NULL;
}

void exec_irq(void (*handler)(void *data), void *data)
{
	atomic_depth++;
	handler(data);
	atomic_depth--;
}

static bool is_queued(struct work_struct *work)
{
	struct list_head *pos;

	for (pos = works.next; pos != &works; pos = pos->next)
		if (pos == &work->entry)
			return true;
	return false;
}

bool schedule_work(struct work_struct *work)
{
	if (is_queued(work))
		return false;
	list_add_tail(&work->entry, &works);
	return true;
}

static void run_work(struct work_struct *work)
{
	list_del(&work->entry);
	trace("a worker runs");
	work->func(work);
}

bool flush_work(struct work_struct *work)
{
	must_sleep("flush_work()");
	if (!is_queued(work))
		return false;
	run_work(work);
	return true;
}

bool cancel_work_sync(struct work_struct *work)
{
	must_sleep("cancel_work_sync()");
	if (!is_queued(work))
		return false;
	list_del(&work->entry);
	return true;
}

void context_run(void)
{
	if (irq_handler) {
		trace("an interrupt");
		atomic_depth++;
		irq_handler(1, irq_data);
		atomic_depth--;
	}
	while (!list_empty(&works))
		run_work(list_first_entry(&works, struct work_struct, entry));
}

long exec_back(long result)
{
	mix("back", result);
	context_check();
	context_run();
	pages_check_kept();
	return result;
}

/* ---- completions: the device always finishes what it was given ---- */

void init_waitqueue_head(wait_queue_head_t *wq)
{
	INIT_LIST_HEAD(&wq->head);
}

void wake_up(wait_queue_head_t *wq)
{
}

void init_completion(struct completion *x)
{
	x->done = 0;
}

void reinit_completion(struct completion *x)
{
	x->done = 0;
}

void complete(struct completion *x)
{
	x->done++;
}

void wait_for_completion(struct completion *x)
{
	must_sleep("wait_for_completion()");
	context_run();
	x->done = 0;
}

int wait_for_completion_interruptible(struct completion *x)
{
	if (choose_fault(2, "wait_for_completion_interruptible"))
		return -EINTR;
	wait_for_completion(x);
	return 0;
}

unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout)
{
	if (choose_fault(2, "wait_for_completion_timeout"))
		return 0;
	wait_for_completion(x);
	return timeout;
}

/* ---- reference counts of other things ---- */

void kref_init(struct kref *kref)
{
	kref->refcount.counter = 1;
}

void kref_get(struct kref *kref)
{
	kref->refcount.counter++;
}

int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (--kref->refcount.counter)
		return 0;
	release(kref);
	return 1;
}

void mmget(struct mm_struct *mm)
{
}

bool mmget_not_zero(struct mm_struct *mm)
{
	return !choose_fault(2, "mmget_not_zero");
}

void mmput(struct mm_struct *mm)
{
	must_sleep("mmput()");
}

void mmgrab(struct mm_struct *mm)
{
}

void mmdrop(struct mm_struct *mm)
{
}

int account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc)
{
	if (inc && choose_fault(2, "account_locked_vm"))
		return -ENOMEM;
	mm->pinned_vm += inc ? pages : -pages;
	return 0;
}

int misc_register(struct miscdevice *misc)
{
	return 0;
}

void misc_deregister(struct miscdevice *misc)
{
}
