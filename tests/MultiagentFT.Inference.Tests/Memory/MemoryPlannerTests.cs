using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Memory;

namespace MultiagentFT.Inference.Tests.Memory;

public class MemoryPlannerTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void What_is_left_goes_to_slots_and_then_to_kept_ones()
    {
        var plan = Plan(1024 * MiB, new EngineOptions(), keepsSlots: true);

        // 1024 - 224 - 300 - 20 - 64 = 416 slots of a MiB.
        Assert.Equal((32, 256, 512), (plan.Options.Slots, plan.Options.KeptSlots, plan.Options.BatchTokens));
        Assert.Equal((224 + 300 + 20 + 64 + 288) * MiB, plan.Total);
    }

    [Fact]
    public void Little_memory_makes_few_slots_and_small_steps()
    {
        var plan = Plan(560 * MiB, new EngineOptions(), keepsSlots: true);

        // 16 MiB are left: steps take 4 of them, slots the others.
        Assert.Equal((12, 0, 32), (plan.Options.Slots, plan.Options.KeptSlots, plan.Options.BatchTokens));
        Assert.Equal(560 * MiB, plan.Total);
        Assert.Empty(plan.Options.Validate());
    }

    [Fact]
    public void Kept_slots_that_were_asked_for_are_an_upper_bound()
    {
        Assert.Equal(5, Plan(1024 * MiB, new EngineOptions { KeptSlots = 5 }, keepsSlots: true).Options.KeptSlots);
        Assert.Equal(0, Plan(1024 * MiB, new EngineOptions(), keepsSlots: false).Options.KeptSlots);
    }

    [Fact]
    public void Too_little_names_the_least()
    {
        var error = Assert.Throws<InputException>(() => Plan(500 * MiB, new EngineOptions(), keepsSlots: true));
        Assert.Equal("memory: expected at least 549 MiB for one slot of 1024 tokens in each of 1 lanes, found 500 MiB", error.Message);
        Assert.Equal(1, Plan(549 * MiB, new EngineOptions(), keepsSlots: true).Options.Slots);
    }

    [Fact]
    public void A_step_gives_way_to_a_slot_of_a_long_context()
    {
        // A slot of 128 MiB leaves 8 of the 136 MiB that weights leave: a step of 512 rows would take 32, less than a quarter.
        MemoryNeeds Wide(ContextOptions options) => new(300 * MiB, 1024L * options.SlotContext, options.BatchTokens * (MiB / 16));
        var plan = MemoryPlanner.Plan((224 + 300 + 136) * MiB, new EngineOptions { SlotContext = 131_072 }, 0, keepsSlots: true, Wide);
        Assert.Equal((1, 128), (plan.Options.Slots, plan.Options.BatchTokens));
    }

    [Fact]
    public void A_plans_options_are_taken_and_a_bound_without_a_plan_is_refused()
    {
        Assert.Empty(Plan(1024 * MiB, new EngineOptions { Memory = "1GiB" }, keepsSlots: true).Options.Memory);
        var error = Assert.Throws<InputException>(() => new GenerationEngine(new Fakes.FakeRuntime(), new EngineOptions { Memory = "1GiB" }));
        Assert.Contains("memory: expected none", error.Message);
    }

    [Fact]
    public void What_a_runtime_takes_beside_the_model_and_for_a_value_is_its_own()
    {
        static MemoryNeeds OnGpu(ContextOptions options) => Needs(options) with { Process = MemoryNeeds.GpuProcess, AdapterValue = 1 };
        var plan = MemoryPlanner.Plan(4096 * MiB, new EngineOptions(), 5 * MiB, keepsSlots: false, OnGpu);
        Assert.Equal((512 + 300 + 5 + 64 + 32) * MiB, plan.Total);
    }

    [Fact]
    public void A_plan_never_exceeds_its_budget_and_is_valid() =>
        Gen.Select(Gen.Long[1, 4096], Gen.Int[1, 256], Gen.Int[32, 4096], Gen.Int[1, 3], Gen.Int[32, 1024]).Sample((budget, slots, context, lanes, batch) =>
        {
            var options = new EngineOptions { Slots = slots, SlotContext = context, Lanes = lanes, BatchTokens = Math.Max(slots, batch) };
            MemoryPlan plan;
            try
            {
                plan = Plan(budget * MiB, options, keepsSlots: true);
            }
            catch (InputException)
            {
                return;
            }
            Assert.InRange(plan.Total, 1, budget * MiB);
            Assert.InRange(plan.Options.Slots, 1, slots);
            Assert.Empty(plan.Options.Validate());
        });

    /// <summary>5 Mi values of adapters, weights of 300 MiB, a slot of 1 KiB a token, a step of 128 KiB a row.</summary>
    private static MemoryPlan Plan(long budget, EngineOptions options, bool keepsSlots) =>
        MemoryPlanner.Plan(budget, options, 5 * MiB, keepsSlots, Needs);

    private static MemoryNeeds Needs(ContextOptions options) => new(300 * MiB, 1024L * options.SlotContext, options.BatchTokens * (MiB / 8));
}
