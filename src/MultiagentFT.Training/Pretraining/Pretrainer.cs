using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Trains the embedded base model from scratch on <see cref="ArithmeticCorpus"/>.</summary>
public sealed class Pretrainer(PretrainOptions options, PromptSet prompts, ConversationEncoder encoder, int vocabulary)
{
    private const double Momentum = 0.95;
    private const int ShuffleBuffer = 2048;
    private const int ReportEvery = 25;
    private const int MeasureEvery = 250;
    private const int HeldOutProblems = 512;

    /// <summary>Runs the whole recipe and returns the weights; the caller disposes them.</summary>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="onMeasured">Given the weights so far at each measurement.</param>
    /// <param name="cancellation">Ends the training at the next step.</param>
    public DecoderWeights Run(IProgress<PretrainProgress>? progress, Action<DecoderWeights> onMeasured, CancellationToken cancellation)
    {
        random.manual_seed((long)(new Seed(options.Seed).Of("weights").Value >> 1));
        var weights = WeightInitializer.Create(options.Shape(vocabulary));
        using var model = new DecoderModel(weights, options.Context, bfloat16: true);
        var parameters = weights.Tensors.Values.OfType<Parameter>().ToArray();
        using var muon = new Muon(parameters.Where(IsBlockMatrix), Momentum, options.WeightDecay);
        using var adam = optim.AdamW(parameters.Where(parameter => !IsBlockMatrix(parameter)), lr: 1, beta1: 0.9, beta2: 0.95, weight_decay: 0);
        var probe = new ExactSolutionProbe(HeldOut());
        var total = (long)(options.MillionTokens * 1e6);
        long done = 0;
        var (lossSum, lossCount) = (0.0, 0);
        var batches = Batches().GetEnumerator();
        for (var step = 0; done < total; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            batches.MoveNext();
            var batch = batches.Current;
            // The length of a step varies, so the schedule runs on tokens.
            var rate = Data.LearningRate.At((int)(done / 1000), (int)(total / 1000), options.LearningRate, options.WarmUp, LearningRateSchedule.Linear);
            using (CollectionPause.Start())
            using (NewDisposeScope())
            {
                foreach (var group in adam.ParamGroups) group.LearningRate = rate * options.EmbeddingRate;
                var (tokens, positions, targets) = batch.ToTensors(CPU);
                var loss = model.Loss(tokens, positions, targets);
                foreach (var parameter in parameters) parameter.grad?.zero_();
                loss.backward();
                if (options.ClipNorm > 0) nn.utils.clip_grad_norm_(parameters, options.ClipNorm);
                muon.Step(rate);
                adam.step();
                lossSum += loss.ToSingle();
                lossCount++;
            }
            done += batch.Tokens;
            if ((step + 1) % ReportEvery != 0 && done < total) continue;
            (double Greedy, double Sampled)? measured =
                (step + 1) % MeasureEvery == 0 || done >= total ? probe.Measure(model, CPU) : null;
            progress?.Report(new PretrainProgress(done, total, step + 1, lossSum / lossCount, measured?.Greedy, measured?.Sampled));
            (lossSum, lossCount) = (0, 0);
            if (measured is not null) onMeasured(weights);
        }
        return weights;

        bool IsBlockMatrix(Parameter parameter) => parameter.dim() > 1 && !ReferenceEquals(parameter, weights["token_embd.weight"]);
    }

    private TokenizedExample[] HeldOut() =>
        [.. new ArithmeticTask().Draw(Split.Development, HeldOutProblems, new Seed(options.Seed).Of("probe")).Select(problem => encoder.Encode(
            new ChatExample([prompts.SolveMessage(problem.Question), ChatMessage.Assistant(Solve(problem))]), LossTarget.LastTurn))];

    private TokenizedExample Encode(CorpusConversation conversation) => encoder.Encode(conversation.Example, conversation.Loss);

    private static string Solve(Problem problem)
    {
        var parts = problem.Id.Split('+', '-', '*').Select(int.Parse).ToArray();
        return WorkedSolution.Of(new ArithmeticExpression(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])).ToString();
    }

    /// <summary>Endless batches: conversations of similar length from a buffer of fresh ones.</summary>
    private IEnumerable<TrainingBatch> Batches()
    {
        var corpus = new ArithmeticCorpus(prompts, options.CarelessMistakes, new Seed(options.Seed));
        var order = new Seed(options.Seed).Of("batches").Generator();
        while (true)
        {
            var buffer = Enumerable.Range(0, ShuffleBuffer).Select(_ => Encode(corpus.Next())).ToArray();
            var lengths = buffer.Select(example => example.Tokens.Length).ToArray();
            foreach (var indices in BatchPlanner.Epoch(lengths, options.BatchTokens, order))
                yield return new TrainingBatch([.. indices.Select(index => buffer[index])]);
        }
    }
}
