using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Answers problems chunk by chunk and appends the transcripts to a file in the order of the problems, from which the next attempt
/// continues: the bytes are those of an uninterrupted attempt.
/// </summary>
public sealed class ChunkedAnswers
{
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

    /// <param name="runner">Answers the chunks.</param>
    /// <param name="adapters">The protocol's adapters, their files absolute.</param>
    /// <param name="seed">Root of all answers' seeds.</param>
    /// <param name="progress">Told of every answer, on the runner's thread, and of the end of each chunk.</param>
    /// <param name="cancellation">Ends the running chunks.</param>
    /// <returns>All transcripts, in the order of the problems.</returns>
    /// <exception cref="GenerationException">A chunk failed; it is not kept.</exception>
    public async Task<IReadOnlyList<Transcript>> RunAsync(
        IChunkRunner runner, IReadOnlyList<AgentAdapter> adapters, Seed seed, Action<AnswerProgress> progress, CancellationToken cancellation)
    {
        var observer = new Counter(Done, Total, progress);
        // What a process left that was killed right after its last chunk.
        if (IsWhole) EngineChunkRunner.DeleteJournal(_path);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new Queue<(Chunk Chunk, Task<IReadOnlyList<Transcript>> Answers)>();
        var begun = _transcripts.Count;
        var ends = new Queue<int>(_ends.Where(end => end > begun));
        try
        {
            while (ends.Count + running.Count > 0)
            {
                while (ends.Count > 0 && (running.Count == 0 || running.Count < runner.MostAtATime))
                {
                    // By number: a range would be counted off from the first problem.
                    var chunk = new Chunk(_protocol, adapters, [.. _problems.Skip(begun).Take(ends.Peek() - begun)], seed, _path);
                    begun = ends.Dequeue();
                    running.Enqueue((chunk, runner.RunAsync(chunk, observer, abandoned.Token)));
                }
                // In the order of the problems, whichever ends first.
                var answered = await running.Peek().Answers.ConfigureAwait(false);
                Append(answered);
                runner.OnKept(running.Dequeue().Chunk);
                observer.EndChunk(Done, answered.Sum(transcript => transcript.GeneratedTokens));
            }
        }
        catch
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running.Select(at => at.Answers)).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            throw;
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
        private long _tokensOfChunks;

        public bool WantsText => false;

        public void On(DebateEvent happened)
        {
            if (happened is not TurnEnded { Result: var result }) return;
            _tokens += result.GeneratedTokens;
            progress(new AnswerProgress(++_done, total, _tokens));
        }

        /// <summary>A chunk may need fewer requests than foreseen, and one that ran elsewhere tells of none; its end is exact.</summary>
        public void EndChunk(long doneInAll, long tokens)
        {
            _tokens = _tokensOfChunks += tokens;
            progress(new AnswerProgress(_done = doneInAll, total, _tokens));
        }
    }
}
