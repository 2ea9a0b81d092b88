using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scoring;

/// <summary>
/// Scores answers in a context that nothing else uses. Where slots have adapters of their own, each policy has a slot with the same tokens and all go through the
/// model in the same steps; else one policy comes after the other, some places at a time. What a slot holds of the answer before is kept. One thread at a time.
/// </summary>
/// <param name="context">Empty, without adapters.</param>
/// <param name="vocabularySize">Logits of a row.</param>
internal sealed class ContextScorer(IModelContext context, int vocabularySize)
{
    /// <summary>Logits of all policies that are compared after one step: 16 MiB.</summary>
    private const int MostLogits = 1 << 22;

    private readonly DecodeBatch _batch = new(context.Options.BatchTokens);

    /// <summary>What the slots of the policies hold, the first as far as all of them.</summary>
    private (IRuntimeAdapter?[] Policies, int[] Text) _held = ([], []);

    /// <exception cref="InvalidOperationException">Decoding failed; the context has to be cleared.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public AnswerScore Score(ScoringJob job, CancellationToken cancellation)
    {
        var comparison = new PolicyComparison(job.Policies.Length, vocabularySize);
        var logProbabilities = Array.ConvertAll(job.Policies, _ => new double[job.Answer.Length]);
        var isFinite = IsTogether(job) ? ScoreTogether() : ScoreInTurn();
        return isFinite
            ? new AnswerScore(job.Answer, logProbabilities, comparison.Divergences())
            : new AnswerScore([], [], [], new GenerationFailure(FailureKind.NotFinite, "logits: expected finite numbers, found NaN or no finite maximum"));

        bool ScoreTogether()
        {
            var policies = job.Policies.Length;
            for (var slot = 0; slot < policies; slot++) context.SetAdapter(slot, job.Policies[slot]);
            var text = job.Text;
            var begin = Keep(job);
            while (begin < text.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var outputs = Math.Max(begin, job.FirstOutput);
                var end = Math.Min(Math.Min(text.Length, begin + (_batch.Capacity / policies)), outputs + PlacesAtATime(policies));
                _batch.Clear();
                for (var slot = 0; slot < policies; slot++) AddRows(job, slot, begin, end, outputs);
                context.Decode(_batch);
                for (var position = outputs; position < end; position++)
                {
                    for (var slot = 0; slot < policies; slot++)
                    {
                        if (!comparison.TryTake(slot, context.Logits((slot * (end - begin)) + position - begin))) return false;
                    }
                    Read(position);
                }
                begin = end;
            }
            _held = (job.Policies, text);
            return true;
        }

        bool ScoreInTurn()
        {
            var policies = job.Policies.Length;
            var text = job.Text;
            var hasSlots = policies <= context.Options.Slots;
            var places = Math.Min(PlacesAtATime(policies), job.Answer.Length);
            // The garbage collector must not move it.
            var logits = GC.AllocateUninitializedArray<float>(checked(policies * places * vocabularySize), pinned: true);
            var begin = hasSlots ? Keep(job) : Forget();
            for (var outputs = job.FirstOutput; outputs < text.Length; outputs += places)
            {
                var end = Math.Min(text.Length, outputs + places);
                for (var policy = 0; policy < policies; policy++)
                {
                    var slot = hasSlots ? policy : 0;
                    if (context.MixesAdapters) context.SetAdapter(slot, job.Policies[policy]);
                    else context.SetAdapter(job.Policies[policy]);
                    // Policies that share a slot compute it anew.
                    if (!hasSlots) context.Truncate(slot, 0);
                    Decode(job, slot, hasSlots ? begin : 0, end, outputs, Logits(policy, 0, places), cancellation);
                }
                for (var position = outputs; position < end; position++)
                {
                    for (var policy = 0; policy < policies; policy++)
                    {
                        if (!comparison.TryTake(policy, Logits(policy, position - outputs, 1))) return false;
                    }
                    Read(position);
                }
                begin = end;
            }
            if (hasSlots) _held = (job.Policies, text);
            return true;

            Span<float> Logits(int policy, int place, int count) => logits.AsSpan(((policy * places) + place) * vocabularySize, count * vocabularySize);
        }

        void Read(int position)
        {
            var place = position - job.FirstOutput;
            for (var policy = 0; policy < logProbabilities.Length; policy++) logProbabilities[policy][place] = comparison.LogProbability(policy, job.Answer[place]);
            comparison.Compare();
        }
    }

    private bool IsTogether(ScoringJob job) => context.MixesAdapters && job.Policies.Length <= context.Options.Slots;

    private int PlacesAtATime(int policies) => (int)Math.Max(1, MostLogits / ((long)policies * vocabularySize));

    /// <summary>Decodes positions of one slot and copies the logits of those from <paramref name="outputs"/> on.</summary>
    private void Decode(ScoringJob job, int slot, int begin, int end, int outputs, Span<float> logits, CancellationToken cancellation)
    {
        for (int next; begin < end; begin = next)
        {
            cancellation.ThrowIfCancellationRequested();
            next = Math.Min(end, begin + _batch.Capacity);
            _batch.Clear();
            AddRows(job, slot, begin, next, outputs);
            context.Decode(_batch);
            for (var position = Math.Max(begin, outputs); position < next; position++)
                context.Logits(position - begin).CopyTo(logits[((position - outputs) * vocabularySize)..]);
        }
    }

    private void AddRows(ScoringJob job, int slot, int begin, int end, int outputs)
    {
        for (var position = begin; position < end; position++) _batch.Add(job.Text[position], position, slot, output: position >= outputs);
    }

    /// <summary>Leaves in the slots what they hold of the job's beginning, at most up to its first output.</summary>
    /// <returns>How many tokens that is.</returns>
    private int Keep(ScoringJob job)
    {
        if (!_held.Policies.AsSpan().SequenceEqual(job.Policies)) return Forget();
        var kept = Math.Min(_held.Text.AsSpan().CommonPrefixLength(job.Text), job.FirstOutput);
        _held = ([], []);
        for (var slot = 0; slot < job.Policies.Length; slot++)
        {
            if (!context.Truncate(slot, kept)) return Forget();
        }
        return kept;
    }

    /// <returns>0: tokens that are left.</returns>
    private int Forget()
    {
        context.Clear();
        _held = ([], []);
        return 0;
    }
}
