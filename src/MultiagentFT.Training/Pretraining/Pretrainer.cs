using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Trains the embedded base model from scratch on a <see cref="MixedCorpus"/>.</summary>
public sealed class Pretrainer(PretrainOptions options, PromptSet prompts, ConversationEncoder encoder)
{
    private const double Momentum = 0.95;
    private const int ShuffleBuffer = 2048;
    private const int ReportEvery = 25;
    private const int MeasureEvery = 250;
    private const int HeldOutProblems = 512;

    /// <summary>Runs the whole recipe and returns the weights, which the caller disposes.</summary>
    /// <param name="weights">What to start from; trained in place.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="onMeasured">Given the weights so far at each measurement.</param>
    /// <param name="cancellation">Ends the training at the next step.</param>
    public DecoderWeights Run(
        DecoderWeights weights, IProgress<PretrainProgress>? progress, Action<DecoderWeights> onMeasured, CancellationToken cancellation)
    {
        using var model = new DecoderModel(weights, weights.Shape.Context, bfloat16: true);
        var parameters = weights.Tensors.Values.OfType<Parameter>().ToArray();
        using var muon = new Muon(parameters.Where(IsBlockMatrix), Momentum, options.WeightDecay);
        using var adam = optim.AdamW(parameters.Where(parameter => !IsBlockMatrix(parameter)), lr: 1, beta1: 0.9, beta2: 0.95, weight_decay: 0);
        var probe = new ExactSolutionProbe(HeldOut());
        var total = (long)(options.MillionTokens * 1e6);
        var objective = new PretrainingObjective(new MixedCorpus(prompts, options.Mix, new Seed(options.Seed)));
        var loop = new TrainingLoop(model, objective, parameters, Update, CPU)
        {
            // The length of a step varies, so the schedule runs on tokens.
            Rate = (_, tokens) => LearningRate.At(
                (int)(tokens / 1000), (int)(total / 1000), options.LearningRate, options.WarmUp, LearningRateSchedule.Linear),
            ClipNorm = options.ClipNorm,
            Source = "pretraining",
        };
        var (lossSum, lossCount) = (0.0, 0);
        foreach (var step in loop.Run(Steps(objective, weights.Shape.Context), cancellation))
        {
            lossSum += step.Loss;
            lossCount++;
            var isLast = step.Tokens >= total;
            if (step.Number % ReportEvery != 0 && !isLast) continue;
            (double Greedy, double Sampled)? measured = step.Number % MeasureEvery == 0 || isLast ? probe.Measure(model, CPU) : null;
            progress?.Report(new PretrainProgress(step.Tokens, total, step.Number, lossSum / lossCount, measured?.Greedy, measured?.Sampled));
            (lossSum, lossCount) = (0, 0);
            if (measured is not null) onMeasured(weights);
            if (isLast) break;
        }
        return weights;

        bool IsBlockMatrix(Parameter parameter) => parameter.dim() > 1 && !ReferenceEquals(parameter, weights["token_embd.weight"]);

        void Update(double rate)
        {
            foreach (var group in adam.ParamGroups) group.LearningRate = rate * options.EmbeddingRate;
            muon.Step(rate);
            adam.step();
        }
    }

    private TokenizedExample[] HeldOut() =>
    [
        .. ArithmeticTask.Expressions(Split.Development, HeldOutProblems, new Seed(options.Seed).Of("probe")).Select(expression => encoder.Encode(
            new ChatExample(
            [
                prompts.SolveMessage(ArithmeticTask.ToProblem(expression).Question),
                ChatMessage.Assistant(WorkedSolution.Of(expression).Text()),
            ]),
            LossTarget.LastTurn)),
    ];

    /// <summary>Endless steps of one batch: conversations of similar length from a buffer of fresh ones that the context holds.</summary>
    private IEnumerable<EncodedExample[][]> Steps(PretrainingObjective objective, int context)
    {
        var order = new Seed(options.Seed).Of("batches").Generator();
        return objective.Encode(encoder).Where(conversation => conversation.TotalTokens <= context).Chunk(ShuffleBuffer)
            .SelectMany(buffer => BatchPlanner.Batches(buffer, options.BatchTokens, order))
            .Select(batch => (EncodedExample[][])[batch]);
    }
}
