using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Answers problems chunk by chunk and appends the transcripts to a file, from which the next attempt continues. Every chunk starts
/// with an empty cache, so it does not depend on what was served before: the bytes are those of an uninterrupted attempt. Of an
/// interrupted chunk, answers are kept where the engine gives the same ones in other company.
/// </summary>
public sealed class ChunkedAnswers
{
    /// <summary>What the name of the file with answers of the running chunk adds.</summary>
    private const string Journal = ".part";

    private readonly string? _path;
    private readonly IProtocol _protocol;
    private readonly IReadOnlyList<Problem> _problems;
    private readonly List<Transcript> _transcripts;
    private readonly List<int> _ends;

    /// <param name="path">The transcript file; null keeps nothing on disk.</param>
    /// <param name="protocol">How each problem is answered.</param>
    /// <param name="problems">In the order in which they are answered.</param>
    /// <param name="chunkProblems">Problems of a chunk.</param>
    /// <param name="parts">Numbers of problems that the file was to hold before it was extended, rising: each ended a chunk. Null: none.</param>
    /// <param name="keepsAll">Whether all of the file's answers are kept, as they do not depend on chunks; else those of whole chunks.</param>
    /// <exception cref="InputException">The file holds answers to other problems, or something else.</exception>
    public ChunkedAnswers(
        string? path, IProtocol protocol, IReadOnlyList<Problem> problems, int chunkProblems, IReadOnlyList<int>? parts = null, bool keepsAll = false)
    {
        (_path, _protocol, _problems, _ends) = (path, protocol, problems, Ends(problems.Count, chunkProblems, parts ?? []));
        var kept = path is null ? 0 : TranscriptFile.Recover(path, problems, keepsAll ? Enumerable.Range(1, problems.Count) : _ends);
        _transcripts = kept == 0 ? [] : [.. TranscriptFile.Read(path!)];
    }

    /// <summary>Whether an earlier process answered everything.</summary>
    public bool IsWhole => _transcripts.Count == _problems.Count;

    /// <summary>Answers and summaries so far.</summary>
    public long Done => (long)_transcripts.Count * _protocol.RequestsPerProblem;

    /// <summary>Answers and summaries of all problems.</summary>
    public long Total => (long)_problems.Count * _protocol.RequestsPerProblem;

    /// <param name="engine">Holds the protocol's adapters.</param>
    /// <param name="seed">Root of all answers' seeds.</param>
    /// <param name="progress">Told of every answer, on the engine's thread, and of the end of each chunk.</param>
    /// <param name="cancellation">Ends the running chunk.</param>
    /// <returns>All transcripts, in the order of the problems.</returns>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<IReadOnlyList<Transcript>> RunAsync(
        IGenerationEngine engine, Seed seed, Action<AnswerProgress> progress, CancellationToken cancellation)
    {
        var observer = new Counter(Done, Total, progress);
        // What a process left that was killed right after its last chunk.
        if (_path is not null && IsWhole) File.Delete(_path + Journal);
        var journal = _path is not null && engine.IsBatchInvariant && !IsWhole ? new AnswerJournal(engine, _path + Journal) : null;
        try
        {
            foreach (var end in _ends.Where(end => end > _transcripts.Count))
            {
                await engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
                Problem[] chunk = [.. _problems.Take(_transcripts.Count..end)];
                var answered = await _protocol.RunAsync(journal ?? engine, chunk, seed, observer, cancellation).ConfigureAwait(false);
                ChunkFailure.ThrowIfAny(answered);
                Append(answered);
                journal?.Clear();
                observer.EndChunk(Done);
            }
        }
        finally
        {
            if (journal is not null) await journal.DisposeAsync().ConfigureAwait(false);
        }
        return _transcripts;
    }

    private static List<int> Ends(int problems, int chunkProblems, IReadOnlyList<int> parts)
    {
        var ends = new List<int>();
        var end = 0;
        foreach (var part in parts.Append(problems))
        {
            while (end < part) ends.Add(end = Math.Min(part, end + chunkProblems));
        }
        return ends;
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
