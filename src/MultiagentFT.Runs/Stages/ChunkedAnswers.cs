using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Answers problems chunk by chunk and appends the transcripts to a file, from which the next attempt continues. Every chunk starts
/// with an empty cache, so it does not depend on what was served before: the bytes are those of an uninterrupted attempt.
/// </summary>
public sealed class ChunkedAnswers
{
    private readonly string? _path;
    private readonly IProtocol _protocol;
    private readonly List<Problem[]> _chunks;
    private readonly List<Transcript> _transcripts;
    private readonly int _problems;

    /// <param name="path">The transcript file; null keeps nothing on disk.</param>
    /// <param name="protocol">How each problem is answered.</param>
    /// <param name="problems">In the order in which they are answered.</param>
    /// <param name="chunkProblems">Problems of a chunk.</param>
    /// <exception cref="InputException">The file holds answers to other problems, or something else.</exception>
    public ChunkedAnswers(string? path, IProtocol protocol, IReadOnlyList<Problem> problems, int chunkProblems)
    {
        var kept = path is null ? 0 : TranscriptFile.Recover(path, problems, chunkProblems);
        (_path, _protocol, _problems) = (path, protocol, problems.Count);
        _chunks = [.. problems.Chunk(chunkProblems).Skip(kept)];
        _transcripts = kept == 0 ? [] : [.. TranscriptFile.Read(path!)];
    }

    /// <summary>Whether an earlier process answered everything.</summary>
    public bool IsWhole => _chunks.Count == 0;

    /// <summary>Answers and summaries so far.</summary>
    public long Done => (long)_transcripts.Count * _protocol.RequestsPerProblem;

    /// <summary>Answers and summaries of all problems.</summary>
    public long Total => (long)_problems * _protocol.RequestsPerProblem;

    /// <param name="engine">Holds the protocol's adapters.</param>
    /// <param name="seed">Root of all answers' seeds.</param>
    /// <param name="progress">Told of every answer, on the engine's thread, and of the end of each chunk.</param>
    /// <param name="cancellation">Ends the running chunk, which is not kept.</param>
    /// <returns>All transcripts, in the order of the problems.</returns>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, Seed seed, Action<AnswerProgress> progress, CancellationToken cancellation)
    {
        var observer = new Counter(Done, Total, progress);
        foreach (var chunk in _chunks)
        {
            await engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
            var answered = await _protocol.RunAsync(engine, chunk, seed, observer, cancellation).ConfigureAwait(false);
            ChunkFailure.ThrowIfAny(answered);
            Append(answered);
            observer.EndChunk(Done);
        }
        return _transcripts;
    }

    private void Append(IReadOnlyList<Transcript> answered)
    {
        _transcripts.AddRange(answered);
        if (_path is null) return;
        using var file = new TranscriptFile(_path);
        foreach (var transcript in answered) file.Append(transcript);
    }

    private sealed class Counter(long done, long total, Action<AnswerProgress> progress) : IDebateObserver
    {
        private long _done = done;
        private long _tokens;

        public bool WantsText => false;

        public void On(DebateEvent happened)
        {
            if (happened is not TurnEnded { Result: var result }) return;
            _tokens += result.GeneratedTokens;
            progress(new AnswerProgress(++_done, total, _tokens));
        }

        /// <summary>A chunk may need fewer requests than foreseen; its end is exact.</summary>
        public void EndChunk(long doneInAll) => progress(new AnswerProgress(_done = doneInAll, total, _tokens));
    }
}
