package dev.gnomon.model.backbone;

import dev.gnomon.model.training.TrainingSettings.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a U-ViT, named as in the reference's state dicts.
 *
 * @param labels rows of the label embedding; 0 without labels
 */
record UViTParameters(Network network, TokenLayout layout, int labels) {

  /** All of them, in the order of the state dict. */
  List<Parameter> all() {
    int width = network.width();
    int p = network.patch();
    long patchValues = (long) network.channels() * p * p;
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.normal("pos_embed", 0.02, 1, layout.extras() + network.patches(), width));
    if (layout == TokenLayout.GUIDED || layout == TokenLayout.PATCHES) {
      all.add(Parameter.normal("cls_token", 1, 1, 1, width));
      all.add(Parameter.normal("null_cfg_embed", 1, 1, 1, width).withoutDecay());
      all.add(Parameter.normal("unconditional_embed", 1, 1, 1, width).withoutDecay());
    }
    if (network.mlpTimeEmbed()) {
      all.add(Parameter.normal("time_embed.0.weight", 0.02, 4L * width, width));
      all.add(Parameter.constant("time_embed.0.bias", 0, 4L * width));
      all.add(Parameter.normal("time_embed.2.weight", 0.02, width, 4L * width));
      all.add(Parameter.constant("time_embed.2.bias", 0, width));
    }
    all.add(
        Parameter.uniform("patch_embed.proj.weight", patchValues, width, network.channels(), p, p));
    all.add(Parameter.uniform("patch_embed.proj.bias", patchValues, width));
    if (layout == TokenLayout.LABEL) {
      all.add(Parameter.normal("label_emb.weight", 1, labels, width));
    }
    for (int i = 0; i < network.depth() / 2; i++) {
      addBlock(all, UViT.IN + i, false);
    }
    addBlock(all, UViT.MIDDLE, false);
    for (int i = 0; i < network.depth() / 2; i++) {
      addBlock(all, UViT.OUT + i, true);
    }
    all.add(Parameter.constant("norm.weight", 1, width));
    all.add(Parameter.constant("norm.bias", 0, width));
    all.add(Parameter.normal("decoder_pred.weight", 0.02, patchValues, width));
    all.add(Parameter.constant("decoder_pred.bias", 0, patchValues));
    if (network.convolution()) {
      long c = network.channels();
      all.add(Parameter.uniform("final_layer.weight", 9 * c, c, c, 3, 3));
      all.add(Parameter.uniform("final_layer.bias", 9 * c, c));
    }
    return all;
  }

  private void addBlock(List<Parameter> all, String block, boolean skip) {
    long width = network.width();
    all.add(Parameter.constant(block + ".norm1.weight", 1, width));
    all.add(Parameter.constant(block + ".norm1.bias", 0, width));
    all.add(Parameter.normal(block + ".attn.qkv.weight", 0.02, 3 * width, width));
    if (network.qkvBias()) {
      all.add(Parameter.constant(block + ".attn.qkv.bias", 0, 3 * width));
    }
    all.add(Parameter.normal(block + ".attn.proj.weight", 0.02, width, width));
    all.add(Parameter.constant(block + ".attn.proj.bias", 0, width));
    all.add(Parameter.constant(block + ".norm2.weight", 1, width));
    all.add(Parameter.constant(block + ".norm2.bias", 0, width));
    all.add(Parameter.normal(block + ".mlp.fc1.weight", 0.02, 4 * width, width));
    all.add(Parameter.constant(block + ".mlp.fc1.bias", 0, 4 * width));
    all.add(Parameter.normal(block + ".mlp.fc2.weight", 0.02, width, 4 * width));
    all.add(Parameter.constant(block + ".mlp.fc2.bias", 0, width));
    if (skip) {
      all.add(Parameter.normal(block + ".skip_linear.weight", 0.02, width, 2 * width));
      all.add(Parameter.constant(block + ".skip_linear.bias", 0, width));
    }
  }
}
