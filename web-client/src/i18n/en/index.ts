import type { Messages } from '../messages';
import { banks } from './banks';
import { coupons, photos, reviews } from './benefits';
import { catalogue } from './catalogue';
import { claims } from './claims';
import { common, errors, forms, states } from './common';
import { control } from './control';
import { goods } from './goods';
import { money } from './money';
import { notifications } from './notifications';
import { office } from './office';
import { particulars } from './particulars';
import { adult, ownData } from './person';
import { account, cart, checkout, orders, security, shop } from './shop';
import { admin, seller } from './work';

export const en: Messages = {
  common,
  errors,
  forms,
  states,
  shop,
  cart,
  checkout,
  orders,
  claims,
  coupons,
  reviews,
  photos,
  notifications,
  account,
  security,
  adult,
  ownData,
  seller,
  money,
  admin,
  office,
  particulars,
  catalogue,
  goods,
  control,
  banks,
};
