using System.Runtime.CompilerServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Stages;

/// <summary>Measures how different the agents of an evaluation's debates are; its file comes last, so that a killed process measures them anew.</summary>
internal sealed class DiversityStage(RunContext run)
{
    /// <summary>What workers of a cluster are asked at a time.</summary>
    private const int RoundsAtATime = 16;

    private bool _saidLack;

    /// <returns>Null where there is no debate, none is to be measured, or answers are not scored where they are given.</returns>
    /// <exception cref="GenerationException">Decoding failed.</exception>
    public async Task<DiversityFigures?> RunAsync(
        StageId stage, IReadOnlyList<Transcript> transcripts, IProtocol protocol, AgentWeights weights, CancellationToken cancellation)
    {
        if (run.Config.DiversityProblems == 0 || protocol is not DebateProtocol) return null;
        var path = run.Layout.Diversity(stage);
        var seal = new StageSeal(run.Layout, stage.Name);
        var skipped = seal.HasEnded && seal.Holds(path);
        if (!skipped && run.Chunks.ScoringLack is { } lack)
        {
            if (!_saidLack) run.Observer.On(new DiversityNotMeasured(lack));
            _saidLack = true;
            return null;
        }
        AdapterVersion[] policies = [.. protocol.Adapters];
        ScoredRound[] rounds = [.. ScoredRound.Of(transcripts, run.Config.DiversityProblems, policies, run.Config.Prompts.Beginning, run.Task)];
        var (done, total) = (0L, rounds.Sum(round => (long)round.Requests.Count));
        run.Observer.On(new StageStarted(stage, "answers", skipped ? total : 0, total));
        if (!skipped)
        {
            var clock = new StageClock(run.Layout.Stage(stage), run.Time);
            try
            {
                AgentAdapter[] adapters = [.. weights.Of(policies).Select(file => file with { File = run.Layout.Absolute(file.File) })];
                var tally = new DiversityTally();
                var started = run.Time.GetTimestamp();
                await foreach (var (some, scores, embeddings) in MeasureAsync(rounds, adapters, cancellation).ConfigureAwait(false))
                {
                    foreach (var round in some)
                    {
                        tally.Add(round, [.. round.Requests.Select(_ => scores.Dequeue())]);
                        tally.Add(round, [.. round.Agreeing.Select(_ => embeddings.Dequeue())]);
                    }
                    clock.Tick();
                    run.Observer.On(new StageProgressed(stage, done += some.Sum(round => round.Requests.Count), total, 0, run.Time.GetElapsedTime(started)));
                }
                JsonFile.Write(path, tally.Figures());
            }
            finally
            {
                clock.Save();
            }
            seal.Add(hasEnded: true, path);
        }
        run.Observer.On(new StageFinished(stage, StageClock.Read(run.Layout.Stage(stage)), skipped));
        return JsonFile.Read<DiversityFigures>(path);
    }

    /// <summary>Some rounds at a time, in their order; as many at a time as chunks may be under way, so that workers do not wait for each other's results.</summary>
    private async IAsyncEnumerable<(ScoredRound[] Rounds, Queue<AnswerScore> Scores, Queue<TextEmbedding> Embeddings)> MeasureAsync(
        ScoredRound[] rounds, AgentAdapter[] adapters, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var underWay = new Queue<Task<(ScoredRound[], Queue<AnswerScore>, Queue<TextEmbedding>)>>();
        try
        {
            foreach (var some in rounds.Chunk(RoundsAtATime))
            {
                if (underWay.Count >= run.Chunks.MostAtATime) yield return await underWay.Dequeue().ConfigureAwait(false);
                underWay.Enqueue(OneAsync(some));
            }
            while (underWay.Count > 0) yield return await underWay.Dequeue().ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(underWay.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<(ScoredRound[], Queue<AnswerScore>, Queue<TextEmbedding>)> OneAsync(ScoredRound[] some)
        {
            var scoring = run.Chunks.ScoreAsync(adapters, [.. some.SelectMany(round => round.Requests)], stop.Token);
            // An engine of this process does one after the other.
            if (run.Chunks.MostAtATime == 1) await scoring.ConfigureAwait(false);
            var embedding = run.Chunks.EmbedAsync([.. some.SelectMany(round => round.Agreeing)], stop.Token);
            await Task.WhenAll(scoring, embedding).ConfigureAwait(false);
            return (some, new Queue<AnswerScore>(await scoring.ConfigureAwait(false)), new Queue<TextEmbedding>(await embedding.ConfigureAwait(false)));
        }
    }
}
