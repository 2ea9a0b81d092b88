using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scoring;

/// <summary>Embeds texts in a context that nothing else uses, one after the other in its first slot. One thread at a time.</summary>
/// <param name="context">Empty, without adapters; gives hidden states.</param>
internal sealed class ContextEmbedder(IModelContext context)
{
    private readonly DecodeBatch _batch = new(context.Options.BatchTokens);

    /// <exception cref="InvalidOperationException">Decoding failed; the context has to be cleared.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public TextEmbedding Embed(EmbeddingJob job, CancellationToken cancellation)
    {
        context.Truncate(0, 0);
        double[] sums = [];
        for (int begin = 0, end; begin < job.Tokens.Length; begin = end)
        {
            cancellation.ThrowIfCancellationRequested();
            end = Math.Min(job.Tokens.Length, begin + _batch.Capacity);
            _batch.Clear();
            for (var position = begin; position < end; position++) _batch.Add(job.Tokens[position], position, 0, output: position >= job.First);
            context.Decode(_batch);
            for (var position = Math.Max(begin, job.First); position < end; position++)
            {
                var hidden = context.Hidden(position - begin);
                if (sums.Length == 0) sums = new double[hidden.Length];
                for (var i = 0; i < sums.Length; i++) sums[i] += hidden[i];
            }
        }
        var values = Array.ConvertAll(sums, sum => (float)(sum / (job.Tokens.Length - job.First)));
        return Array.TrueForAll(values, float.IsFinite)
            ? new TextEmbedding(values)
            : new TextEmbedding([], new GenerationFailure(FailureKind.NotFinite, "hidden states: expected finite numbers, found others"));
    }
}
