using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.FineTuning;

/// <summary>How a finetuning job trains: the field <c>method</c>, or the older <c>hyperparameters</c>.</summary>
/// <param name="Type"><see cref="Supervised"/> or <see cref="Dpo"/>, which are keys of objectives too.</param>
/// <param name="Epochs">Null: auto.</param>
/// <param name="LearningRateMultiplier">Of the server's learning rate; null: auto.</param>
/// <param name="Beta">Of <see cref="Dpo"/> alone; null: auto.</param>
internal sealed record JobMethod(string Type, int? Epochs = null, double? LearningRateMultiplier = null, double? Beta = null)
{
    public const string Supervised = "supervised";

    public const string Dpo = "dpo";

    private const string Outer = "hyperparameters";

    /// <exception cref="ApiException">A field is out of range, unknown or not supported.</exception>
    public static JobMethod Read(RequestFields fields)
    {
        // The older place of the same settings, which knows one method.
        var outer = fields.Object(Outer);
        if (fields.Object("method") is not { } method) return outer is null ? new JobMethod(Supervised) : OfHyperparameters(Supervised, outer);
        var type = method.RequiredText("type");
        if (type is not (Supervised or Dpo))
            throw ApiException.Unsupported(method.PathOf("type"), $"{method.PathOf("type")}: expected {Supervised} or {Dpo}, which this server's trainer has, found {Printable.Line(type)}");
        var other = type == Dpo ? Supervised : Dpo;
        if (method.Any(other) is not null) throw ApiException.Invalid(method.PathOf(other), $"{method.PathOf(other)}: expected settings of {type} alone, as type says, found those of {other}");
        var settings = method.Object(type);
        method.RefuseOthers("reinforcement");
        var inner = settings?.Object(Outer);
        settings?.RefuseOthers();
        if (outer is not null && (inner is not null || type == Dpo)) throw ApiException.Invalid(Outer, $"{Outer}: expected them in method alone, found them beside it");
        return (inner ?? outer) is { } given ? OfHyperparameters(type, given) : new JobMethod(type);
    }

    /// <summary>The server's usual training, as this method changes it.</summary>
    public TrainingOptions Apply(TrainingOptions usual) => usual with
    {
        Objective = Type,
        Epochs = Epochs ?? usual.Epochs,
        LearningRate = usual.LearningRate * (LearningRateMultiplier ?? 1),
        Beta = Beta ?? usual.Beta,
    };

    private static JobMethod OfHyperparameters(string type, RequestFields fields)
    {
        var epochs = IsAuto(fields, "n_epochs") ? null : fields.Whole("n_epochs", 1, 50);
        var rate = IsAuto(fields, "learning_rate_multiplier") ? null : fields.Number("learning_rate_multiplier", 1e-4, 1e3);
        fields.Only("batch_size", "auto, as this server's batches are counted in tokens", value => RequestFields.Is(value, "auto"));
        var beta = type != Dpo || IsAuto(fields, "beta") ? null : fields.Number("beta", 1e-4, 2);
        fields.RefuseOthers();
        return new JobMethod(type, (int?)epochs, rate, beta);
    }

    private static bool IsAuto(RequestFields fields, string name) => fields.Any(name) is { } value && RequestFields.Is(value, "auto");
}
