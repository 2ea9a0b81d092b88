using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Inference.Sampling;

/// <summary>
/// Draws the next tokens of all rows of a step: several rows at a time on threads of the pool where that pays, else one after
/// another. Every row draws from its own generator, so the tokens are the same either way. Collecting and drawing belong to one
/// thread; nothing of a step runs any more when <see cref="Sample"/> returns, and nothing is allocated after the first steps.
/// </summary>
internal sealed unsafe class BatchSampler
{
    /// <summary>
    /// From so many logits on a step is shared: one thread takes about a nanosecond for each, so an eighth of a millisecond for
    /// these, and waking another costs up to a tenth of that.
    /// </summary>
    public const int WorthwhileLogits = 1 << 17;

    private readonly int _vocabularySize;
    private readonly int _workers;
    private readonly Sampler _own;
    private readonly nint[] _logits;
    private readonly SamplingOptions[] _options;
    private readonly SplitMix64[] _generators;
    private readonly int[] _tokens;
    private readonly SemaphoreSlim _finished = new(0);
    private Helper[] _helpers = [];
    private int _count;

    /// <summary>Rows that nobody has begun, and below zero the number of threads that have found none.</summary>
    private int _unclaimed;

    /// <summary>Rows that are not finished.</summary>
    private int _open;
    private volatile Exception? _error;

    /// <param name="vocabularySize">Logits of a row, 1 or more.</param>
    /// <param name="capacity">Rows of a step, at most.</param>
    /// <param name="workers">Threads that draw, the caller's among them; 1 shares nothing.</param>
    public BatchSampler(int vocabularySize, int capacity, int workers)
    {
        _vocabularySize = vocabularySize;
        _workers = workers;
        _own = new Sampler(vocabularySize);
        _logits = new nint[capacity];
        _options = new SamplingOptions[capacity];
        _generators = new SplitMix64[capacity];
        _tokens = new int[capacity];
    }

    /// <summary>Whether a step is drawn by several threads.</summary>
    public static bool IsShared(int rows, int vocabularySize, int workers) =>
        workers > 1 && rows > 1 && (long)rows * vocabularySize >= WorthwhileLogits;

    /// <summary>Begins a step.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a row.</summary>
    /// <param name="logits">[vocabulary]; stays where it is until <see cref="Sample"/> returns, in memory that does not move.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="generator">The row's own.</param>
    /// <exception cref="ArgumentException">The logits are not as many as the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">There are as many rows as fit.</exception>
    public void Add(ReadOnlySpan<float> logits, SamplingOptions options, SplitMix64 generator)
    {
        if (logits.Length != _vocabularySize) throw new ArgumentException($"expected {_vocabularySize} logits, found {logits.Length}", nameof(logits));
        if (_count == _tokens.Length) throw new InvalidOperationException($"a step has {_tokens.Length} rows at most");
        _logits[_count] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(logits));
        _options[_count] = options;
        _generators[_count++] = generator;
    }

    /// <summary>A token for each row in the order in which they were added, or <see cref="Sampler.Failed"/>; valid until the next step.</summary>
    public ReadOnlySpan<int> Sample()
    {
        if (IsShared(_count, _vocabularySize, _workers))
        {
            SampleTogether();
        }
        else
        {
            for (var row = 0; row < _count; row++) Draw(row, _own);
        }
        return _tokens.AsSpan(0, _count);
    }

    private void SampleTogether()
    {
        if (_helpers.Length == 0) _helpers = [.. Enumerable.Range(1, _workers - 1).Select(_ => new Helper(this))];
        _error = null;
        _open = _count;
        // Whoever claims a row from here on sees the rows of this step, also a helper that comes late from the last one.
        Volatile.Write(ref _unclaimed, _count);
        for (var i = 0; i < _helpers.Length && i < _count - 1; i++) _helpers[i].Queue();
        if (!DrawUnclaimed(_own)) _finished.Wait();
        if (_error is { } error) ExceptionDispatchInfo.Throw(error);
    }

    /// <returns>Whether this thread finished the last row of the step.</returns>
    private bool DrawUnclaimed(Sampler sampler)
    {
        while (Interlocked.Decrement(ref _unclaimed) is >= 0 and var row)
        {
            try
            {
                Draw(row, sampler);
            }
            catch (Exception error)
            {
                // Thrown where the step is waited for; the other rows are drawn, so that nobody reads logits afterwards.
                _error = error;
            }
            if (Interlocked.Decrement(ref _open) == 0) return true;
        }
        return false;
    }

    private void Draw(int row, Sampler sampler) =>
        _tokens[row] = sampler.Sample(new ReadOnlySpan<float>((void*)_logits[row], _vocabularySize), _options[row], _generators[row]);

    /// <summary>Draws on a thread of the pool, with scratch memory of its own. One that the pool is too busy for is not missed.</summary>
    private sealed class Helper(BatchSampler owner) : IThreadPoolWorkItem
    {
        private readonly Sampler _sampler = new(owner._vocabularySize);
        private int _isQueued;

        /// <summary>Lets the helper look for rows, unless it is about to anyway: two threads must not share its memory.</summary>
        public void Queue()
        {
            if (Interlocked.Exchange(ref _isQueued, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        void IThreadPoolWorkItem.Execute()
        {
            var isLast = owner.DrawUnclaimed(_sampler);
            Volatile.Write(ref _isQueued, 0);
            if (isLast) owner._finished.Release();
        }
    }
}
